/** Light or dark: as the system has it, until the user chooses; the choice is kept in this browser. */
import { byId, setAttribute, setText } from './dom.ts';

const KEY = 'plimsoll-theme';
const CHOICES = ['auto', 'light', 'dark'] as const;
type Choice = (typeof CHOICES)[number];

/** @param onChange - colours are others now */
export function startTheme(onChange: () => void): void {
  const button = byId('theme');
  const prefersDark = matchMedia('(prefers-color-scheme: dark)');
  let choice = readChoice();
  const apply = (): void => {
    const theme = choice === 'auto' ? (prefersDark.matches ? 'dark' : 'light') : choice;
    setAttribute(document.documentElement, 'data-theme', theme);
    setText(button, `Theme: ${choice}`);
    onChange();
  };
  button.addEventListener('click', () => {
    choice = CHOICES[(CHOICES.indexOf(choice) + 1) % CHOICES.length]!;
    keepChoice(choice);
    apply();
  });
  prefersDark.addEventListener('change', apply);
  apply();
}

function readChoice(): Choice {
  try {
    const kept = localStorage.getItem(KEY);
    return CHOICES.find((choice) => choice === kept) ?? 'auto';
  } catch {
    return 'auto';
  }
}

function keepChoice(choice: Choice): void {
  try {
    localStorage.setItem(KEY, choice);
  } catch {
    // A browser that keeps nothing: the choice lasts as long as the page.
  }
}
