// `portico dump`: the routing table as data, and the settings in force with the places they come from.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { load } from 'js-yaml'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { TableDump } from '../../src/explain/dump-table.ts'
import type { EffectiveRoute } from '../../src/explain/effective-settings.ts'
import { startProxy } from '../support/proxy.ts'
import { runInProcess } from '../support/run-in-process.ts'

const manifests = `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
  namespace: shop
  annotations:
    nginx.ingress.kubernetes.io/proxy-read-timeout: "10"
    nginx.ingress.kubernetes.io/proxy-send-timeout: soon
    nginx.ingress.kubernetes.io/limit-rps: "5"
spec:
  rules:
  - host: shop.test
    http:
      paths:
      - { path: /cart, pathType: Prefix, backend: { service: { name: cart, port: { number: 80 } } } }
      - { path: /, pathType: Prefix, backend: { service: { name: cart, port: { number: 80 } } } }
  - host: a.test
---
apiVersion: v1
kind: Service
metadata: { name: cart, namespace: shop, annotations: { portico/endpoints: "127.0.0.1:3000", portico/health-check-path: /up } }
spec: { ports: [{ port: 80 }] }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: controller, namespace: ingress }
data:
  proxy-connect-timeout: "7"
`

let file: string

beforeAll(() => {
  file = join(mkdtempSync(join(tmpdir(), 'portico-dump-')), 'all.yaml')
  writeFileSync(file, manifests)
})

afterAll(() => rmSync(join(file, '..'), { recursive: true, force: true }))

const config = ['--config-map', 'ingress/controller']

describe('dump', () => {
  test('prints the table sorted, as YAML or JSON', async () => {
    const { stdout } = await runInProcess(['dump', ...config, file])
    const table = load(stdout) as TableDump
    expect(table.hosts.map(({ host }) => host)).toEqual(['a.test', 'shop.test'])
    expect(table.hosts[1]!.routes).toMatchObject([
      { path: '/', backend: { service: 'shop/cart:80' } },
      {
        path: '/cart',
        kind: 'prefix',
        ingress: 'shop/web',
        at: expect.stringMatching(/all\.yaml:15:9$/),
        settings: { 'limit-rps': 5, 'proxy-read-timeout': 10_000, 'proxy-connect-timeout': 7_000 },
      },
    ])
    expect(table.upstreams).toMatchObject([
      {
        service: 'shop/cart:80',
        endpoints: ['127.0.0.1:3000'],
        settings: { 'portico/health-check-path': '/up' },
      },
    ])
    const { stdout: json } = await runInProcess(['dump', '-o', 'json', ...config, file])
    expect(JSON.parse(json)).toEqual(table)
  })

  test('--effective names the place of each setting that somebody wrote', async () => {
    const args = ['dump', '--effective', '-o', 'json', '--host', 'SHOP.test.', ...config, file]
    const routes = JSON.parse((await runInProcess(args)).stdout) as EffectiveRoute[]
    expect(routes.map(({ path }) => path)).toEqual(['/', '/cart'])
    const settings = routes[1]!.settings.map(({ setting, text, written, unread }) =>
      [setting, text, written?.object, lineOf(written?.at), lineOf(unread?.at)].join(' '),
    )
    expect(settings).toEqual([
      'limit-rps 5 Ingress shop/web 9 ',
      'proxy-connect-timeout 7 ConfigMap ingress/controller 28 ',
      'proxy-send-timeout 60   8',
      'proxy-read-timeout 10 Ingress shop/web 7 ',
      'portico/health-check-path /up Service shop/cart 21 ',
    ])
  })

  test('--effective is a list for people, with a heading for each route', async () => {
    const { stdout } = await runInProcess(['dump', '--effective', '--host', 'shop.test', ...config, file])
    const lines = stdout.split('\n').map(line => line.replaceAll(file, 'all.yaml'))
    expect(lines).toContain('shop.test/cart Prefix   Ingress shop/web, all.yaml:15:9')
    expect(lines.find(line => line.includes('proxy-send-timeout'))).toMatch(
      /^ {2}proxy-send-timeout +60 +default; soon at all\.yaml:8:53 can not be obeyed$/,
    )
  })

  test('--ingress leaves others out, --all shows defaults too', async () => {
    const one = ['dump', '--effective', '--all', '-o', 'json', '--ingress']
    const routes = JSON.parse((await runInProcess([...one, 'shop/web', file])).stdout) as EffectiveRoute[]
    const { settings } = routes.find(({ path }) => path === '/cart')!
    expect(settings.find(({ setting }) => setting === 'hsts-max-age')).toMatchObject({ from: 'default' })
    expect((await runInProcess([...one, 'shop/other', file])).stdout).toBe('[]\n')
  })

  test('--live asks a running instance, which says the same', async () => {
    const compile = { configMap: { namespace: 'ingress', name: 'controller' } }
    const { app } = await startProxy({
      paths: [file],
      compile,
      app: { admin: { host: '127.0.0.1', port: 0 } },
    })
    for (const args of [
      ['dump'],
      ['dump', '--effective'],
      ['dump', '--effective', '--host', 'shop.test', '--all'],
    ]) {
      const offline = await runInProcess([...args, ...config, file])
      const live = await runInProcess([...args, '--live', app.admin!])
      expect(live.stdout).toBe(offline.stdout)
      expect(offline.stdout).toContain('/cart')
    }
  })

  test('flags about settings go with --effective', async () => {
    await expect(runInProcess(['dump', '--all', file])).rejects.toThrow('--effective')
  })
})

/** The line of `file:line:col`. */
function lineOf(at: string | undefined): string {
  return at?.split(':').at(-2) ?? ''
}
