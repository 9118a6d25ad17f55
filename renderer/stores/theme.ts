import { create } from 'zustand';

export const THEMES = ['system', 'light', 'dark'] as const;
export type ThemeChoice = (typeof THEMES)[number];
export type Theme = 'light' | 'dark' | 'contrast';

const KEY = 'bge2e.theme';
const dark = '(prefers-color-scheme: dark)';
const contrast = '(prefers-contrast: more)';

/** The user's choice and the theme that follows from it. */
export const useTheme = create<{ choice: ThemeChoice; theme: Theme }>(() => ({ choice: 'system', theme: 'light' }));

/** What is shown for a choice, given what the system says. */
export function resolveTheme(choice: ThemeChoice, system: { dark: boolean; contrast: boolean }): Theme {
  if (choice !== 'system') return choice;
  if (system.contrast) return 'contrast';
  return system.dark ? 'dark' : 'light';
}

function show(choice: ThemeChoice): void {
  const theme = resolveTheme(choice, { dark: matchMedia(dark).matches, contrast: matchMedia(contrast).matches });
  document.documentElement.dataset.theme = theme;
  useTheme.setState({ choice, theme });
}

export function chooseTheme(choice: ThemeChoice): void {
  localStorage.setItem(KEY, choice);
  show(choice);
}

/** Shows the kept choice and follows the system. */
export function startTheme(): void {
  const kept = localStorage.getItem(KEY);
  show(THEMES.find((choice) => choice === kept) ?? 'system');
  for (const query of [dark, contrast]) matchMedia(query).addEventListener('change', () => show(useTheme.getState().choice));
}
