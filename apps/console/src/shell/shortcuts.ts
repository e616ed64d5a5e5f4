import { useEffect, useSyncExternalStore } from 'react';

/**
 * The console's keys. They act on what the page marks: `data-row` (a list's
 * row), `data-filter`, `data-shortcut="n"` (a button or link pressed by that
 * key). Single keys disturb who works by speech, so that they can be switched
 * off (WCAG 2.2, 2.1.4); the choice is remembered on this computer.
 */
const rememberedAs = 'health-kit.console.shortcuts';
const listeners = new Set<() => void>();
let on = recall();

function recall(): boolean {
  try {
    return localStorage.getItem(rememberedAs) !== 'off';
  } catch {
    return true;
  }
}

export function useShortcutsSwitch(): { readonly on: boolean; readonly setOn: (next: boolean) => void } {
  const current = useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, () => on);
  return { on: current, setOn };
}

function setOn(next: boolean): void {
  on = next;
  try {
    localStorage.setItem(rememberedAs, next ? 'on' : 'off');
  } catch {
    // A browser that refuses storage still switches, for as long as the page is open.
  }
  for (const listener of listeners) listener();
}

/** Listens for as long as the component is on the page. */
export function useShortcuts(onHelp: () => void): void {
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (!on || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
      if (isTyping(event.target) || document.querySelector('dialog[open], [hidden] #content') !== null) return;
      if (event.key === '?') onHelp();
      else if (!act(event)) return;
      event.preventDefault();
    };
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, [onHelp]);
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement
    || (target instanceof HTMLInputElement && target.type !== 'checkbox') || (target instanceof HTMLElement && target.isContentEditable);
}

/** Whether the key meant something here. */
function act(event: KeyboardEvent): boolean {
  const inRow = document.activeElement?.closest('tr')?.querySelector('[data-row]') ?? null;
  switch (event.key) {
    case 'j':
      return focusRow(inRow, 1);
    case 'k':
      return focusRow(inRow, -1);
    case 'ArrowDown':
      return inRow !== null && focusRow(inRow, 1);
    case 'ArrowUp':
      return inRow !== null && focusRow(inRow, -1);
    case 'x':
      return press(inRow?.closest('tr')?.querySelector('input[type="checkbox"]'));
    case '/': {
      const filter = document.querySelector('[data-filter]');
      if (!(filter instanceof HTMLInputElement)) return false;
      filter.focus();
      filter.select();
      return true;
    }
    default:
      return /^[a-z0-9]$/.test(event.key) && press(document.querySelector(`[data-shortcut="${event.key}"]`));
  }
}

function focusRow(current: Element | null, step: 1 | -1): boolean {
  const rows = [...document.querySelectorAll('#content [data-row]')];
  const at = current === null ? -1 : rows.indexOf(current);
  const next = rows[at === -1 ? (step === 1 ? 0 : rows.length - 1) : at + step];
  if (!(next instanceof HTMLElement)) return rows.length > 0;
  next.focus();
  next.scrollIntoView({ block: 'nearest' });
  return true;
}

function press(element: Element | null | undefined): boolean {
  if (!(element instanceof HTMLElement)) return false;
  element.click();
  return true;
}
