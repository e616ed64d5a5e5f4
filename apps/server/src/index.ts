export { buildServer, type Server, type ServerDependencies } from './buildServer.ts';
