import { eraseMyAccount, ExportDocument, exportMyData, getExportSchema, previewErasure } from '@health-kit/api';
import { eraseAccount, previewAccountErasure } from '@health-kit/api/vault';
import type { Capability } from '../capability.ts';
import { askVault } from '../vault/index.ts';
import { exportOwnData } from './exportOwnData.ts';

/** Taking one's data along, and leaving. */
export const accounts: Capability = ({ routes, vault, database, settings }) => {
  const schema = Buffer.from(JSON.stringify({ $schema: 'https://json-schema.org/draft/2020-12/schema', $id: `${settings.origin}${getExportSchema.path}`, ...ExportDocument }));
  routes.anyone(getExportSchema, () => schema);
  routes.device(previewErasure, ({ caller }) => askVault(vault, previewAccountErasure, { caller: caller.request }));
  routes.device(eraseMyAccount, ({ caller }) => askVault(vault, eraseAccount, { caller: caller.request }));
  routes.resident(exportMyData, ({ caller }) => exportOwnData(database, vault, caller));
};
