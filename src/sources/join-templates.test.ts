import { expect, it } from 'vitest'
import { manifestDirectory } from '../../test/support/manifests.ts'
import { readOnce } from './read-once.ts'

const ingress = 'kind: Ingress\nmetadata:\n  name: {{ include "shop" . }}\n'
const deployment = 'kind: Deployment\nmetadata:\n  labels:\n    {{- include "shop" . }}\n'

async function findingsIn(files: Readonly<Record<string, string>>): Promise<string[]> {
  const { path } = await manifestDirectory(files)
  const { diagnostics } = await readOnce([path])
  return diagnostics.map(({ severity, code, place, message }) => {
    const file = place!.document.file.split('/').slice(-2).join('/')
    return `${file} ${severity} ${code} ${message.replaceAll(`${path}/`, '')}`
  })
}

it('says once for a chart, and the charts that it depends on, that it has to be rendered', async () => {
  const findings = await findingsIn({
    'shop/Chart.yaml': 'apiVersion: v2\nname: shop\n',
    'shop/values.yaml': 'a: b\n',
    'shop/charts/db/Chart.yaml': 'apiVersion: v2\nname: db\n',
    'shop/charts/db/templates/a.yaml': deployment,
    'shop/templates/a.yaml': deployment,
    'shop/templates/b.yaml': ingress,
  })
  expect(findings).toEqual([
    'templates/b.yaml error template-not-rendered this looks like a template, which is no manifest before it is rendered; nothing in this document is read, nor in 2 other files of shop; render it: helm template shop | portico check -',
  ])
})

it('says once for each directory of templates, as a note where they are of no Ingress', async () => {
  const findings = await findingsIn({ 'a/x.yaml': deployment, 'a/y.yaml': deployment, 'b/z.yaml': ingress })
  expect(findings.map(finding => finding.split(' ').slice(0, 3).join(' '))).toEqual([
    'a/x.yaml note template-not-rendered',
    'b/z.yaml error template-not-rendered',
  ])
})

it('finds no fault with files of other programs, whatever their dialect', async () => {
  const findings = await findingsIn({
    'ci/.gitlab-ci.yml': 'a: [',
    'ci/gitlab.yml': 'a: {script: [!reference [.x, script]]}\n',
    'ci/tsconfig.json': '{\n  "compilerOptions": {"strict": true,},\n}\n',
    'ci/compose.yaml': 'version: "3"\nservices: {web: {image: nginx}}\n',
    'ci/cfn.yaml': 'Resources: {A: {B: !Sub "X"}}\n',
    'ci/play.yml': '- hosts: all\n  tasks: [{debug: {msg: "{{ foo }}"}}]\n',
    'ci/lines.json': '{"a": 1}\n{"b": 2}\n',
    'ci/empty.yaml': '',
    'crd.yaml': 'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: a}\n',
  })
  expect(findings).toHaveLength(1)
  expect(findings[0]).toMatch(/^ci\/lines\.json note yaml-syntax /)
})
