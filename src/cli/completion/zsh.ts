// The completion script for zsh, with the same words as that for bash and with descriptions.
import type { CommandWords, FlagWords } from './command-words.ts'

/** A script to be sourced, or to be put into a directory of `fpath` as `_portico`. */
export function renderZsh(commands: readonly CommandWords[]): string {
  const names = commands.map(({ name }) => name)
  return `#compdef portico
# Completion of portico for zsh: source <(portico completion zsh), after compinit
_portico() {
  local command= word previous=$words[CURRENT-1]
  local -a described
  for word in \${words[2,CURRENT-1]}; do
    case $word in (${names.join('|')}) command=$word; break ;; esac
  done
  if [[ $PREFIX == --*=* ]]; then previous=\${PREFIX%%=*}; compset -P '*='; fi
  case \${command:-run}:$previous in
${commands.flatMap(valueCases).join('\n')}
  esac
  if [[ $PREFIX == -* ]]; then
    case \${command:-run} in
${commands.map(({ name, flags }) => `      (${name}) described=(${flags.flatMap(describedFlag).join(' ')}) ;;`).join('\n')}
    esac
    _describe -o flag described
    return
  fi
  case $command in
    ('') described=(${commands.map(({ name, description }) => described(name, description)).join(' ')})
      _describe command described ;;
${commands
  .filter(({ values }) => values.length > 0)
  .map(({ name, values }) => `    (${name}) compadd -- ${values.map(quoted).join(' ')} ;;`)
  .join('\n')}
  esac
  _files
}
if [[ $funcstack[1] == _portico ]]; then _portico "$@"; else compdef _portico portico; fi
`
}

function valueCases({ name, flags }: CommandWords): string[] {
  return flags
    .filter(({ takesValue }) => takesValue)
    .map(({ short, long, values }) => {
      const pattern = [short, long].filter(flag => flag !== undefined).map(flag => `${name}:${flag}`)
      const source = values.length === 0 ? '_files' : `compadd -- ${values.map(quoted).join(' ')}`
      return `    (${pattern.join('|')}) ${source}; return ;;`
    })
}

function describedFlag({ short, long, description }: FlagWords): string[] {
  return [short, long].filter(flag => flag !== undefined).map(flag => described(flag, description))
}

/** An entry of `_describe`: the word, a colon, what it means. */
function described(word: string, description: string): string {
  return quoted(`${word.replaceAll(':', '\\:')}:${description}`)
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}
