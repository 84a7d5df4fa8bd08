// Holds docs/access-log.md to what there is: every variable, every field of JSON lines, every name of a secret.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createJsonLines } from '../src/access-log/json-line.ts'
import { LocalTime } from '../src/access-log/local-time.ts'
import { createRedaction } from '../src/access-log/redaction.ts'
import { secretNames } from '../src/diagnostics/secret-names.ts'
import { logVariableNames } from '../src/policies/observability/log-format.ts'
import { variableNames } from '../src/policies/values/variables.ts'
import type { RequestRecord } from '../src/proxy/request-record.ts'
import type { Route } from '../src/routing/table.ts'
import { requestRecord } from './support/request-record.ts'

const text = readFileSync(join(import.meta.dirname, '../docs/access-log.md'), 'utf8')

function sectionOf(title: string): string {
  return text.split(`\n## ${title}\n`)[1]!.split('\n## ')[0]!
}

test('every variable is in the table, and no other', () => {
  const rows = [...sectionOf('Variables').matchAll(/^\| (`\$.*?) \|/gm)].map(([, cell]) => cell!)
  const listed = rows.flatMap(cell =>
    [...cell.matchAll(/\$(\w+)/g)].map(([, name]) => name!.replace('NAME', '')),
  )
  expect(listed.toSorted()).toEqual([...new Set([...logVariableNames, ...variableNames])].toSorted())
})

test('every field of a JSON line is in the table, and no other', () => {
  const origin = {
    namespace: 'a',
    ingress: 'b',
    place: { document: { file: '', text: '', startLine: 1 }, offset: 0 },
  }
  const route = { host: '', path: '/', kind: 'exact', origin } as unknown as Route
  const attempt = requestRecord().attempts[0]!
  const record = requestRecord({
    route,
    isCanary: true,
    variant: 'v',
    user: 'u',
    referer: 'r',
    cause: 'c',
    traceId: 't',
    spanId: 's',
    attempts: [{ ...attempt, failure: 'f' }],
  })
  const context = { time: new LocalTime(), redaction: createRedaction([]), sampleRate: 0.5 }
  const read = (one: RequestRecord) =>
    JSON.parse(createJsonLines()(one, context, undefined)) as Record<string, object>
  // What has failed is no sample.
  const line = { ...read(requestRecord({ attempts: [], status: 200 })), ...read(record) }
  const rows = [...sectionOf('JSON').matchAll(/^\| (`[a-z].*?) \| (.*) \|$/gm)]
  const listed = rows.flatMap(([, cell]) => [...cell!.matchAll(/`(\w+)`/g)].map(([, name]) => name!))
  expect(Object.keys(line).filter(name => !listed.includes(name))).toEqual(['serviceNamespace'])
  expect(listed.filter(name => !(name in line))).toEqual([])
  const meaningOf = (field: string) => rows.find(([, cell]) => cell!.includes(`\`${field}\``))![2]!
  for (const name of Object.keys(line.rule!)) expect(meaningOf('rule')).toContain(`\`${name}\``)
  for (const name of Object.keys((line.attempts as object[])[0]!))
    expect(meaningOf('attempts')).toContain(`\`${name}\``)
  expect(meaningOf('service')).toContain('`serviceNamespace`')
})

test('every name of a secret is listed', () => {
  const listed = [
    ...sectionOf('Secrets')
      .split('\n\n')[1]!
      .matchAll(/`([^`]+)`/g),
  ].map(([, name]) => name)
  expect(listed).toEqual(secretNames)
})
