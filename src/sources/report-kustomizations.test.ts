import { expect, test } from 'vitest'
import { readDocument } from '../resources/read-document.ts'
import { reportKustomizations } from './report-kustomizations.ts'

const documentOf = (file: string, text: string) => readDocument({ file, text, startLine: 1 })
const shown = (files: Readonly<Record<string, string>>) =>
  reportKustomizations(Object.entries(files).map(([file, text]) => documentOf(file, text))).map(
    ({ place, message }) => [place!.document.file, place!.offset, message] as const,
  )

test('points once to kustomizations that change manifests, and says how to check what they make', () => {
  const [first, ...others] = shown({
    'k8s/base/kustomization.yaml': 'resources: [web.yaml]\n',
    'k8s/prod/kustomization.yml': 'images: []\npatches:\n- path: host.yaml\n',
    'k8s/test/kustomization.yaml': 'resources:\n  # all\n  - ../base\n',
    'k8s/host.yaml': 'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nnamePrefix: a-\n',
  })
  expect(others).toEqual([])
  expect(first?.slice(0, 2)).toEqual(['k8s/prod/kustomization.yml', 'images: []\n'.length])
  expect(first?.[2]).toContain('each of 2 others')
  expect(first?.[2]).toContain('kustomize build k8s/prod | portico check -')
})

test('says nothing of lists of manifests, nor of other files with such fields', () => {
  const files = ['- web.yaml', '- "web.yml" # the site', '- a.json\r'].join('\n  ')
  expect(
    shown({
      'a/kustomization.yaml': `resources:\n  ${files}\nimages:\n- name: web\n`,
      'b/kustomization.yaml': '',
      'c/values.yaml': 'patches:\n- a\nresources:\n- ../b\n',
    }),
  ).toEqual([])
})
