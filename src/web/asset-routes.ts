import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import express, { Router } from 'express';

const ASSETS = fileURLToPath(new URL('./assets', import.meta.url));

/** The chart library's files, as its package brings them. */
const CHARTS = { 'uplot.js': 'uPlot.iife.min.js', 'uplot.css': 'uPlot.min.css' } as const;

/** What pages load: nothing comes from elsewhere. */
export function createAssetRoutes(): Router {
  const router = Router();
  // With a root, for the path to it may have folders with a dot, which are not served otherwise.
  const root = dirname(createRequire(import.meta.url).resolve('uplot/dist/uPlot.iife.min.js'));
  for (const [name, file] of Object.entries(CHARTS)) {
    router.get(`/${name}`, (_request, response) => response.sendFile(file, { root, maxAge: '1h' }));
  }
  router.use(express.static(ASSETS, { index: false, redirect: false }));
  return router;
}
