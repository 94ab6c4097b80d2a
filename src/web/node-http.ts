/**
 * Makes a server without importing node:http as an ES module: that reads all its exports, and one of them,
 * WebSocket, brings in Node's own fetch client, which the daemon does not use. It takes 12 MB.
 */
export const { createServer } = process.getBuiltinModule('node:http');
