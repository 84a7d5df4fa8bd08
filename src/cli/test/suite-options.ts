// The `flags` of a suite, read by the very readers of the command line.

import { Command, CommanderError } from 'commander'
import type { CompileOptions } from '../../compile/options.ts'
import { placeText } from '../../diagnostics/place-text.ts'
import type { Suite } from '../../expectations/expectation.ts'
import { addTableFlags, compileOptionsOf, type TableFlags } from '../flags.ts'
import { UsageError } from '../usage-error.ts'

/** What compiling is told. Throws `UsageError` with the place of a value that no flag takes. */
export function compileOptionsOfSuite({ flags }: Suite): CompileOptions {
  const command = addTableFlags(new Command())
    .exitOverride()
    .configureOutput({ writeErr: () => {} })
  const words = flags.flatMap(({ name, values }) => values.flatMap(value => [`--${name}`, value]))
  for (const { name, values, place } of flags) {
    try {
      const alone = addTableFlags(new Command())
        .exitOverride()
        .configureOutput({ writeErr: () => {} })
      alone.parse(
        values.flatMap(value => [`--${name}`, value]),
        { from: 'user' },
      )
    } catch (error) {
      if (!(error instanceof CommanderError)) throw error
      const where = placeText(place)
      throw new UsageError(`${where} flags.${name}: ${error.message.replace(/^error: /, '')}`)
    }
  }
  command.parse(words, { from: 'user' })
  return compileOptionsOf(command.opts<TableFlags>())
}
