import { defineConfig } from '@playwright/test';

/** Journeys of people through the started system, in Debian's Chromium. */
export default defineConfig({
  testDir: 'test/journey',
  testMatch: '*.spec.ts',
  outputDir: 'test-results',
  workers: 2,
  timeout: 240_000,
  expect: { timeout: 15_000 },
  reporter: [['list']],
});
