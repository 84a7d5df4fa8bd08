import { Command } from 'commander'
import { expect, it } from 'vitest'
import { type AccessLogFlags, accessLogFlags, accessLogOptionsOf } from './access-log-flags.ts'
import { UsageError } from './usage-error.ts'

function optionsOf(...args: readonly string[]) {
  const command = new Command().exitOverride().configureOutput({ writeErr: () => {} })
  for (const option of accessLogFlags()) command.addOption(option)
  return accessLogOptionsOf(command.parse(args, { from: 'user' }).opts<AccessLogFlags>())
}

it('logs nothing unless it is asked to', () => {
  expect(optionsOf()).toMatchObject({ format: 'off', sampleRate: 1, redact: [], file: undefined })
  expect(optionsOf('--access-log', 'off', '--access-log-file', 'x')).toMatchObject({ format: 'off' })
})

it('reads what is logged, how, and where to', () => {
  expect(
    optionsOf(
      ...['--access-log', 'json', '--access-log-file', 'a.log', '--access-log-sample', '0.25'],
      ...['--access-log-filter', 'status>=400', '--access-log-redact', 'booking, x-secret'],
    ),
  ).toMatchObject({
    format: 'json',
    file: 'a.log',
    sampleRate: 0.25,
    filter: { text: 'status>=400' },
    redact: ['booking', 'x-secret'],
  })
  expect(optionsOf('--access-log', 'nginx', '--access-log-redact', 'off')).toMatchObject({ redact: 'off' })
})

it('takes a format for a log of that format', () => {
  expect(optionsOf('--access-log-format', '$status', '--access-log-escape', 'json')).toMatchObject({
    format: 'custom',
    template: { text: '$status' },
    escaping: 'json',
  })
})

it.each([
  ['--access-log', 'custom'],
  ['--access-log', 'json', '--access-log-format', '$status'],
  ['--access-log', 'json', '--access-log-escape', 'json'],
  ['--access-log-file', 'a.log'],
  ['--access-log-filter', 'status>=400'],
  ['--access-log-sample', '0.5'],
  ['--access-log-redact', 'off'],
])('refuses flags that would do nothing: %s', (...args) => {
  expect(() => optionsOf(...args)).toThrow(UsageError)
})

it.each([
  [['--access-log', 'xml'], 'Allowed choices'],
  [['--access-log-format', '$stauts'], '$status'],
  [['--access-log-format', '$status $pipe'], '$pipe has no value'],
  [['--access-log-filter', 'staus>1'], 'status'],
  [['--access-log-sample', '2'], 'from 0 to 1'],
  [['--access-log-redact', 'a b'], 'separated by commas'],
])('says what is wrong with %j', (args, hint) => {
  expect(() => optionsOf(...args)).toThrow(hint)
})
