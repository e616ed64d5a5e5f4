export { askVault } from './askVault.ts';
export { openVaultClient, VaultUnavailableError, type VaultClient, type VaultOutcome } from './vaultClient.ts';
