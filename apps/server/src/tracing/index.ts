/** Cases and their contacts. Orders ask on which days which contacts were exposed. */
export { tracing } from './routes.ts';
export { readCaseState } from './cases.ts';
export { readContactDays } from './contactsOfCase.ts';
export { registerCasesSweep } from './registerCases.ts';
