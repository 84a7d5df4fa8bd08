// How results are shown.
import { Option } from 'commander'

/** `-o`, with the formats of a command; the first is the default. */
export function outputFlag(formats: readonly [string, ...string[]] = ['text', 'json']): Option {
  const names = formats.join(', ').replace(/, ([^,]*)$/, ' or $1')
  return new Option('-o, --output <format>', names).choices(formats).default(formats[0])
}
