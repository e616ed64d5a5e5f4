export { startSystem, syntheticCity, type City, type ProcessName, type StartSystemOptions, type System } from './startSystem.ts';
export { keysCommand } from './keysCommand.ts';
export { StartError } from './startError.ts';
export { sunsetCommand } from './sunsetCommand.ts';
