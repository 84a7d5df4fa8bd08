// Which Ingresses are served, by class and namespace (`--ingress-class`, `--namespace`).
import { expect, test } from 'vitest'
import { type ServedRow, serveRows, startEchoServices } from '../support/echo-services.ts'
import { documents, ingressText, textOf } from '../support/manifest-text.ts'
import { startProxy } from '../support/proxy.ts'

const annotation = 'kubernetes.io/ingress.class'

/** `name.com` is served by the Ingress of that name, if at all. */
async function classManifests(
  classes: Readonly<Record<string, { className?: string; annotated?: string }>>,
): Promise<string> {
  const { text } = await startEchoServices('web')
  const ingresses = Object.entries(classes).map(([name, { className, annotated }]) =>
    ingressText({
      name,
      className,
      annotations: annotated === undefined ? {} : { [annotation]: annotated },
      rules: { [`${name}.com`]: ['Prefix / web:80'] },
    }),
  )
  return documents(...ingresses, text)
}

function classText(name: string, isDefault: boolean): string {
  return textOf({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'IngressClass',
    metadata: {
      name,
      annotations: { 'ingressclass.kubernetes.io/is-default-class': String(isDefault) },
    },
    spec: { controller: 'k8s.io/ingress-nginx' },
  })
}

const all = {
  field: { className: 'nginx' },
  'field-other': { className: 'other' },
  annotated: { annotated: 'nginx' },
  'annotated-other': { annotated: 'other' },
  'field-first': { className: 'nginx', annotated: 'other' },
  none: {},
}

test('without --ingress-class every class is served', async () => {
  const proxy = await startProxy({ files: { 'all.yaml': await classManifests(all) } })

  const rows = Object.keys(all).map((name): ServedRow => [`${name}.com`, '/', 'web'])
  expect(await serveRows(proxy.httpPort, rows)).toEqual(rows)
})

test('with --ingress-class the field decides, else the annotation; without either an Ingress is not served', async () => {
  const proxy = await startProxy({
    files: { 'all.yaml': await classManifests(all) },
    compile: { ingressClasses: ['nginx'] },
  })

  const rows: ServedRow[] = [
    ['field.com', '/', 'web'],
    ['field-other.com', '/', 404],
    ['annotated.com', '/', 'web'],
    ['annotated-other.com', '/', 404],
    ['field-first.com', '/', 'web'],
    ['none.com', '/', 404],
  ]
  expect(await serveRows(proxy.httpPort, rows)).toEqual(rows)
  expect(proxy.codes().filter(code => code === 'class-not-served')).toHaveLength(3)
})

test('--ingress-class may be given several times', async () => {
  const proxy = await startProxy({
    files: { 'all.yaml': await classManifests(all) },
    compile: { ingressClasses: ['nginx', 'other'] },
  })

  const rows: ServedRow[] = [
    ['field.com', '/', 'web'],
    ['field-other.com', '/', 'web'],
    ['none.com', '/', 404],
  ]
  expect(await serveRows(proxy.httpPort, rows)).toEqual(rows)
})

test('the default IngressClass is that of Ingresses without one; two defaults are none', async () => {
  const manifests = await classManifests({ none: {} })
  const rows = (served: string | number): ServedRow[] => [['none.com', '/', served]]
  const proxy = await startProxy({
    files: {
      'all.yaml': manifests,
      'classes.yaml': documents(classText('nginx', true), classText('x', false)),
    },
    compile: { ingressClasses: ['nginx'] },
  })
  expect(proxy.codes()).toEqual([])
  expect(await serveRows(proxy.httpPort, rows('web'))).toEqual(rows('web'))

  const ambiguous = proxy.nextChange()
  await proxy.manifests.replace('classes.yaml', documents(classText('nginx', true), classText('x', true)))
  await ambiguous
  expect(proxy.codes()).toEqual(['class-not-served', 'class-default-ambiguous', 'class-default-ambiguous'])
  expect(await serveRows(proxy.httpPort, rows(404))).toEqual(rows(404))
})

test('an Ingress whose class changes is served or not from then on', async () => {
  const of = (className: string) => classManifests({ foo: { className } })
  const proxy = await startProxy({
    files: { 'foo.yaml': await of('other') },
    compile: { ingressClasses: ['nginx'] },
  })
  const rows = (served: string | number): ServedRow[] => [['foo.com', '/', served]]
  expect(await serveRows(proxy.httpPort, rows(404))).toEqual(rows(404))

  const changed = proxy.nextChange()
  await proxy.manifests.replace('foo.yaml', await of('nginx'))
  await changed
  expect(await serveRows(proxy.httpPort, rows('web'))).toEqual(rows('web'))
})

test('with --namespace the Ingresses of other namespaces are not served', async () => {
  const { text } = await startEchoServices('web')
  const elsewhere = ingressText({ namespace: 'shop', rules: { 'shop.com': ['Prefix / web:80'] } })
  const here = ingressText({ rules: { 'foo.com': ['Prefix / web:80'] } })
  const proxy = await startProxy({
    files: { 'all.yaml': documents(elsewhere, here, text) },
    compile: { namespace: 'default' },
  })

  const rows: ServedRow[] = [
    ['foo.com', '/', 'web'],
    ['shop.com', '/', 404],
  ]
  expect(await serveRows(proxy.httpPort, rows)).toEqual(rows)
})
