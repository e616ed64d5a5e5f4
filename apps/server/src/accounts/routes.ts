import { eraseMyAccount, exportMyData, previewErasure } from '@health-kit/api';
import { eraseAccount, previewAccountErasure } from '@health-kit/api/vault';
import type { Capability } from '../capability.ts';
import { askVault } from '../vault/index.ts';
import { exportOwnData } from './exportOwnData.ts';

/** Taking one's data along, and leaving. */
export const accounts: Capability = ({ routes, vault, database }) => {
  routes.device(previewErasure, ({ caller }) => askVault(vault, previewAccountErasure, { caller: caller.request }));
  routes.device(eraseMyAccount, ({ caller }) => askVault(vault, eraseAccount, { caller: caller.request }));
  routes.resident(exportMyData, ({ caller }) => exportOwnData(database, vault, caller));
};
