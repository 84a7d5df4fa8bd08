// The formats for programs, on findings that try to break out of them.
import { expect, it } from 'vitest'
import { isSarif } from '../../../test/support/sarif-schema.ts'
import { type DiagnosticCode, diagnosticCodes } from '../../diagnostics/codes.ts'
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { renderGithub } from './render-github.ts'
import { renderJson } from './render-json.ts'
import { renderSarif } from './render-sarif.ts'

const text = '---\n# Source: shop/templates/web.yaml\nkind: Ingress\nmetadata: {name: web}\n'

function finding(file: string, message = 'is wrong', offset = text.indexOf('web}')): Diagnostic {
  const place = { document: { file, text, startLine: 10 }, offset }
  return { severity: 'note', code: 'name-invalid', place, object: 'Ingress default/web', message }
}

const sarifOptions = { version: '1.2.3', readPage: (code: string) => `# ${code}` }
const sarifOf = (...findings: Diagnostic[]) => JSON.parse(renderSarif(findings, sarifOptions)).runs[0]

it('renders a workflow command with file, line and column', () => {
  expect(renderGithub(finding('k8s/web.yaml'))).toBe(
    '::notice file=k8s/web.yaml,line=13,col=18,title=name-invalid::Ingress default/web: is wrong (from shop/templates/web.yaml)',
  )
})

it('escapes what would end a workflow command, or begin another', () => {
  const command = renderGithub(finding('a,b:c%.yaml', '100%\n::error::injected\r\u001b[2J'))
  expect(command).toContain('file=a%2Cb%3Ac%25.yaml,line=13')
  expect(command).toContain('100%25\\x0a::error::injected\\x0d\\x1b[2J')
  expect(command.split('\n')).toHaveLength(1)
})

it('names no file in a workflow command for standard input, or for what no file is to blame for', () => {
  expect(renderGithub(finding('<stdin>'))).toMatch(/^::notice title=name-invalid::/)
  expect(renderGithub({ ...finding('a'), place: undefined })).toMatch(/^::notice title=name-invalid::/)
})

it('renders SARIF with a rule for each code, which the results point to', () => {
  const { tool, results } = sarifOf(finding('a.yaml'), { ...finding('b.yaml'), code: 'host-invalid' })
  const { rules } = tool.driver
  expect(rules.map(({ id }: { id: string }) => id)).toEqual(['host-invalid', 'name-invalid'])
  expect(rules[1].help.markdown).toBe('# name-invalid')
  for (const { ruleId, ruleIndex } of results) expect(rules[ruleIndex].id).toBe(ruleId)
  expect(results[0]).toMatchObject({
    level: 'note',
    locations: [{ physicalLocation: { region: { startLine: 13, startColumn: 18 } } }],
  })
})

it('names files in SARIF by relative URIs below the source root, and others by whole ones', () => {
  const artifactOf = (file: string) => {
    return sarifOf(finding(file)).results[0].locations[0].physicalLocation.artifactLocation
  }
  expect(artifactOf('k8s/a b#c.yaml')).toEqual({ uri: 'k8s/a%20b%23c.yaml', uriBaseId: '%SRCROOT%' })
  expect(artifactOf('<stdin>').uri).toBe('%3Cstdin%3E')
  expect(artifactOf('/etc/x.yaml')).toEqual({ uri: 'file:///etc/x.yaml' })
})

it('renders what no file is to blame for as a notification, because GitHub refuses results without a place', () => {
  const { results, invocations, tool } = sarifOf({ ...finding('a'), code: 'map-unused', place: undefined })
  expect(results).toEqual([])
  const [notification] = invocations[0].toolConfigurationNotifications
  expect(notification).toMatchObject({ level: 'note', associatedRule: { id: 'map-unused', index: 0 } })
  expect(tool.driver.rules[0].id).toBe('map-unused')
})

it('renders SARIF as its schema asks', () => {
  const findings = Object.keys(diagnosticCodes).flatMap(code => {
    const some = { ...finding('k8s/a b#c%<>"|{}^`.yaml', 'says [a](b) {0}\n'), code: code as DiagnosticCode }
    return [some, { ...some, place: undefined }, finding('/etc/\u00fc.yaml'), finding('../<stdin>')]
  })
  for (const some of [[], findings]) {
    const log: unknown = JSON.parse(renderSarif(some, sarifOptions))
    expect(isSarif(log), JSON.stringify(isSarif.errors)).toBe(true)
  }
})

it('renders JSON with the template that Helm rendered', () => {
  expect(JSON.parse(renderJson([finding('a.yaml'), { ...finding('a.yaml'), place: undefined }]))).toEqual([
    {
      file: 'a.yaml',
      line: 13,
      column: 18,
      severity: 'note',
      code: 'name-invalid',
      object: 'Ingress default/web',
      message: 'is wrong',
      template: 'shop/templates/web.yaml',
    },
    {
      severity: 'note',
      code: 'name-invalid',
      object: 'Ingress default/web',
      message: 'is wrong',
    },
  ])
})
