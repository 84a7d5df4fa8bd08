/** Makes dist/dashboard what the sources say; see build-dashboard.mjs. `node` runs Vite. */
export declare function buildDashboard(node?: string): void
