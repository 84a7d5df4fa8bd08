// Holds explanations against the schema that scripts rely on.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import { expect } from 'vitest'

const file = join(import.meta.dirname, '..', '..', 'schemas', 'explanation.json')
const validate = new Ajv({ allErrors: true }).compile(JSON.parse(readFileSync(file, 'utf8')))

/** Fails for a field that the schema does not know, or knows otherwise. Undefined fields are none, as in JSON. */
export function expectDocumented(explanation: object): void {
  validate(JSON.parse(JSON.stringify(explanation)))
  expect(validate.errors ?? []).toEqual([])
}
