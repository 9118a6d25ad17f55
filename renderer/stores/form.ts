import { create } from 'zustand';
import type { FormValues } from '../pages/new-run/form-schema.ts';

/** What was typed into the form when it was closed without queueing, so that nothing is typed twice. */
export const useDraft = create<{ draft: FormValues | null }>(() => ({ draft: null }));
