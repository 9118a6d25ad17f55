import { create } from 'zustand';

/** One sentence about something that did not work, shown above the page until it is closed. */
export const useNotice = create<{ text: string | null }>(() => ({ text: null }));
