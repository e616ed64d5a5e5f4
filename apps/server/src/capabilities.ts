import { accounts } from './accounts/index.ts';
import { appeals } from './appeals/index.ts';
import type { Capability } from './capability.ts';
import { disclosure } from './disclosure/index.ts';
import { health } from './health/index.ts';
import { labs } from './labs/index.ts';
import { ledger } from './ledger/index.ts';
import { notifications } from './notifications/index.ts';
import { orders } from './orders/index.ts';
import { oversight } from './oversight/index.ts';
import { residents } from './residents/index.ts';
import { staff } from './staff/index.ts';
import { sunset } from './sunset/index.ts';
import { system } from './system/index.ts';
import { tracing } from './tracing/index.ts';
import { venues } from './venues/index.ts';
import { visits } from './visits/index.ts';

/** What this server does, by the capability that operations name. Each is complete or the server does not start. */
export const capabilities: Readonly<Record<string, Capability>> = {
  system, residents, staff, venues, visits, health, labs, notifications, tracing, orders, appeals, oversight, disclosure, ledger,
  sunset, accounts,
};
