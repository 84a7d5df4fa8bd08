// The completion script for fish, with the same words as that for bash and with descriptions.
import type { CommandWords, FlagWords } from './command-words.ts'

/** A script to be sourced: `portico completion fish | source`. */
export function renderFish(commands: readonly CommandWords[]): string {
  const names = commands.map(({ name }) => name).join(' ')
  const lines = commands.flatMap(command => {
    const { name, description, flags, values } = command
    const seen = `__fish_seen_subcommand_from ${name}`
    // Without a command the flags are those of run.
    const when = name === 'run' ? `${seen}; or __portico_needs_command` : seen
    return [
      `complete -c portico -n __portico_needs_command -a ${quoted(name)} -d ${quoted(description)}`,
      ...flags.map(flag => `complete -c portico -n '${when}' ${flagArguments(flag)}`),
      ...(values.length === 0 ? [] : [`complete -c portico -n '${seen}' -a ${quoted(values.join(' '))}`]),
    ]
  })
  return `# Completion of portico for fish: portico completion fish | source
function __portico_needs_command
  not __fish_seen_subcommand_from ${names}
end
${lines.join('\n')}\n`
}

function flagArguments({ short, long, description, takesValue, values }: FlagWords): string {
  const name = short === undefined ? '' : `-s ${short.slice(1)} `
  const value = !takesValue ? '' : values.length === 0 ? ' -r' : ` -x -a ${quoted(values.join(' '))}`
  return `${name}-l ${long.slice(2)}${value} -d ${quoted(description)}`
}

/** In single quotes fish knows two escapes, of the quote and of the backslash. */
function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}
