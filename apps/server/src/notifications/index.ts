/** Notices to residents. Other capabilities tell people something by `tell`, in their own transaction. */
export { notifications } from './routes.ts';
export { tell, type NewNotice } from './tell.ts';
