import type { ReactNode } from 'react';

const drawings = {
  tick: <path d="M5 12.5l4.5 4.5L19 7.5" />,
  cross: <path d="M6.5 6.5l11 11M17.5 6.5l-11 11" />,
  alert: <><path d="M12 3.5L22 20.5H2z" strokeLinejoin="round" /><path d="M12 10v4.5M12 17.2v.6" /></>,
  info: <><circle cx="12" cy="12" r="9.5" /><path d="M12 11v6M12 7v.6" /></>,
  pass: <><rect x="5" y="2.5" width="14" height="19" rx="2.5" /><path d="M9 7h6M9 17.5h6" /><rect x="9.5" y="10" width="5" height="4.5" /></>,
  menu: <path d="M4 6.500h16M4 12h16M4 17.500h16" />,
  scan: <><path d="M3 8V4.5A1.5 1.5 0 014.5 3H8M16 3h3.500A1.500 1.500 0 0121 4.500V8M21 16v3.500a1.500 1.500 0 01-1.500 1.500H16M8 21H4.500A1.500 1.500 0 013 19.500V16" /><path d="M7 12h10" /></>,
  records: <><path d="M6 3h9l4 4v14H6z" strokeLinejoin="round" /><path d="M9.500 11h6M9.500 15h6" /></>,
  settings: <><path d="M4 7h9M18 7h2M4 17h3M12 17h8" /><circle cx="15.500" cy="7" r="2.300" /><circle cx="9.500" cy="17" r="2.300" /></>,
  device: <><rect x="6" y="2.500" width="12" height="19" rx="2.500" /><path d="M10.500 18h3" /></>,
  chevron: <path d="M9 5.500l6.500 6.500L9 18.500" />,
  back: <path d="M15 5.500L8.500 12l6.500 6.500" />,
  camera: <><path d="M3 7.500h4L9 5h6l2 2.500h4V19H3z" strokeLinejoin="round" /><circle cx="12" cy="13" r="3.600" /></>,
  light: <path d="M13 2.500L5 13.500h5.500L10 21.500l8.500-11.500H13z" strokeLinejoin="round" />,
  cloudOff: <><path d="M7 18.500a4.500 4.500 0 01-.6-8.960A6 6 0 0117.500 8.700 4.900 4.900 0 0119.800 17.500" /><path d="M3 3l18 18" /></>,
  clock: <><circle cx="12" cy="12" r="9.500" /><path d="M12 6.500V12l3.500 2.500" /></>,
  place: <><path d="M12 21.500c4.500-5 7-8.300 7-11.600a7 7 0 10-14 0c0 3.300 2.500 6.600 7 11.600z" /><circle cx="12" cy="9.800" r="2.500" /></>,
  bell: <><path d="M5 17h14l-1.800-2.500V10a5.200 5.200 0 00-10.400 0v4.500z" strokeLinejoin="round" /><path d="M10 20.500h4" /></>,
  eye: <><path d="M2.500 12S6 5.500 12 5.500 21.500 12 21.500 12 18 18.500 12 18.500 2.500 12 2.500 12z" /><circle cx="12" cy="12" r="2.800" /></>,
  people: <><circle cx="9" cy="8" r="3.500" /><path d="M2.500 20c0-3.600 2.900-6.500 6.500-6.500s6.500 2.900 6.500 6.500" /><circle cx="17.500" cy="11" r="2.500" /><path d="M17.500 16c2.300 0 4 1.700 4 4" /></>,
  tube: <><path d="M9 3v14.500a3 3 0 006 0V3M7 3h10M9 12h6" /></>,
  speech: <><path d="M4 4.500h16v12h-8.500L7 20.500v-4H4z" strokeLinejoin="round" /><path d="M8 9h8M8 12.500h5" /></>,
  home: <path d="M4 11l8-7 8 7v9.500h-5.500V14h-5v6.500H4z" strokeLinejoin="round" />,
  key: <><circle cx="8" cy="15.500" r="4.500" /><path d="M11.300 12.300L20 3.500M16 7.500l3 3" /></>,
  lock: <><rect x="4.500" y="10.500" width="15" height="10.500" rx="2" /><path d="M8 10.500V7.500a4 4 0 018 0v3" /></>,
} as const satisfies Record<string, ReactNode>;

export type SymbolName = keyof typeof drawings;

/** A line drawing of 24 units that takes the size of its place and the colour of the text; without a label it is decoration. */
export function Symbol({ name, label }: { readonly name: SymbolName; readonly label?: string }) {
  return (
    <svg
      viewBox="0 0 24 24" width="100%" height="100%" fill="none" stroke="currentColor" strokeWidth="2.2" strokeLinecap="round"
      {...(label === undefined ? { 'aria-hidden': true } : { role: 'img', 'aria-label': label })}
    >
      {drawings[name]}
    </svg>
  );
}
