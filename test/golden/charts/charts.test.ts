// Ingresses as popular Helm charts render them: what `check` says about each, and which route takes what. A chart is one YAML
// file, and NAME.findings is what is said of it, which a run with `-u` writes anew: read it as somebody who installs that chart
// and asks whether every line is true and of use.
import { readdirSync } from 'node:fs'
import { basename, join, relative } from 'node:path'
import { expect, it } from 'vitest'
import { reportCompat } from '../../../src/compat/compat-report.ts'
import { createCompiler } from '../../../src/compile/compile.ts'
import { formatDiagnostic } from '../../../src/diagnostics/diagnostic.ts'
import type { Route } from '../../../src/routing/table.ts'
import { readOnce } from '../../../src/sources/read-once.ts'
import { compileOptions } from '../../support/compile.ts'

const root = import.meta.dirname
const charts = readdirSync(root).filter(name => name.endsWith('.yaml'))

it.each(charts)('%s is checked with sensible findings only', async name => {
  const { resources, diagnostics } = await readOnce([join(root, name)])
  const options = compileOptions()
  const compilation = createCompiler(options).compile(resources)
  const compat = reportCompat(resources, compilation, options)
  const text = [
    ...compilation.table.hosts.flatMap(({ host, routes }) =>
      routes.map(route => `${host} ${routeText(route)}`),
    ),
    '',
    ...[...diagnostics, ...compilation.diagnostics].map(formatDiagnostic),
    '',
    'with --compat ingress-nginx:',
    ...compat.diagnostics.map(formatDiagnostic),
    ...compat.uses.map(({ name, status, count }) => `${count} ${status} ${name}`),
    '',
  ]
  const folder = `${relative('.', root)}/`
  const file = join(root, `${basename(name, '.yaml')}.findings`)
  await expect(text.join('\n').replaceAll(folder, '')).toMatchFileSnapshot(file)
})

function routeText({ kind, path, backend, denied }: Route): string {
  const target = `${backend?.namespace}/${backend?.service}:${backend?.port}`
  return `${kind} ${path} -> ${denied === undefined ? target : `503 instead of ${target}`}`
}
