// The completion script for bash. Commands, flags and words are written into it: nothing runs when Tab is pressed.
import type { CommandWords, FlagWords } from './command-words.ts'

/** A script to be sourced: `source <(portico completion bash)`. */
export function renderBash(commands: readonly CommandWords[]): string {
  const names = commands.map(({ name }) => name)
  return `# Completion of portico for bash: source <(portico completion bash)
_portico() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} command= word i
  COMPREPLY=()
  # --flag=value comes as three words.
  if [[ $current == = ]]; then current=
  elif [[ $previous == = ]]; then previous=\${COMP_WORDS[COMP_CWORD-2]}
  fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    case \${COMP_WORDS[i]} in ${names.join('|')}) command=\${COMP_WORDS[i]}; break ;; esac
  done
  case \${command:-run}:$previous in
${commands.flatMap(valueCases).join('\n')}
  esac
  if [[ $current == -* ]]; then
    case \${command:-run} in
${commands.map(command => `      ${command.name}) word='${words(command.flags.flatMap(flagNames))}' ;;`).join('\n')}
    esac
    COMPREPLY=($(compgen -W "$word" -- "$current"))
    return
  fi
  case $command in
    '') ${offer(names)} ;;
${commands
  .filter(({ values }) => values.length > 0)
  .map(({ name, values }) => `    ${name}) ${offer(values)} ;;`)
  .join('\n')}
  esac
}
# Where no word fits, bash offers files.
complete -o default -F _portico portico
`
}

/** What to do behind flags that take a value: offer their words, or leave it to bash. */
function valueCases({ name, flags }: CommandWords): string[] {
  const pattern = (flag: FlagWords) => flagNames(flag).map(flagName => `${name}:${flagName}`)
  const taking = flags.filter(({ takesValue }) => takesValue)
  const free = taking.filter(({ values }) => values.length === 0).flatMap(pattern)
  return [
    ...taking
      .filter(({ values }) => values.length > 0)
      .map(flag => `    ${pattern(flag).join('|')}) ${offer(flag.values)}; return ;;`),
    ...(free.length === 0 ? [] : [`    ${free.join('|')}) return ;;`]),
  ]
}

function offer(list: readonly string[]): string {
  return `COMPREPLY=($(compgen -W '${words(list)}' -- "$current"))`
}

function flagNames({ short, long }: FlagWords): string[] {
  return short === undefined ? [long] : [short, long]
}

/** A list for `compgen -W`, which expands what is in it: nothing that it could expand may be there. */
function words(list: readonly string[]): string {
  const bad = list.find(word => !/^[\w./:-]+$/.test(word))
  if (bad !== undefined) throw new Error(`a word that bash would expand: ${bad}`)
  return list.join(' ')
}
