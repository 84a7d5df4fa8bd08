// Speed without the right answer is no speed: what every contender must do before anything is timed.
import { forwardedFields, shortAnswer } from './backend.ts'
import type { Program } from './program.ts'
import { plainGet, type RequestShape, send } from './request-shape.ts'

/** Checks the answer, the forwarded fields that the backend saw, and that backend connections are used again. */
export async function verifyContender(program: Program): Promise<void> {
  const body = await textOf(program, plainGet)
  if (body !== shortAnswer) throw new Error(`answered ${JSON.stringify(body)}`)
  await verifyFields(program)
  await verifyReuse(program)
}

async function verifyFields(program: Program): Promise<void> {
  const fields = { ...plainGet, path: '/fields' }
  const seen = (await textOf(program, fields)).split('|')
  const again = (await textOf(program, fields)).split('|')
  const expected = [
    '127.0.0.1',
    '127.0.0.1',
    plainGet.host,
    String(program.ports.http),
    'http',
    'http',
    'http',
  ]
  const isUnique = /^[0-9a-f-]{32,36}$/i.test(seen[0]!) && seen[0] !== again[0]
  if (isUnique && seen.slice(1).join('|') === expected.join('|')) return
  throw new Error(`forwarded ${forwardedFields.map((field, i) => `${field}: ${seen[i]}`).join(', ')}`)
}

async function verifyReuse(program: Program): Promise<void> {
  const first = await textOf(program, { ...plainGet, path: '/connection' })
  const second = await textOf(program, { ...plainGet, path: '/connection' })
  const [connection, requests] = second.split(' ')
  if (connection === first.split(' ')[0] || Number(requests) > 1) return
  throw new Error(`opened a new connection to the backend: "${first}", then "${second}"`)
}

async function textOf(program: Program, shape: RequestShape): Promise<string> {
  const { status, body } = await send(shape, 'http', program.ports.http)
  if (status !== 200) throw new Error(`answered ${shape.path} with ${status}`)
  return String(body)
}
