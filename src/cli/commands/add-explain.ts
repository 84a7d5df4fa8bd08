// `portico explain`.
import { type Command, InvalidArgumentError, Option } from 'commander'
import type { ExplainFlags } from '../explain/explain.ts'
import { collectWhole, readAddress, readPort } from '../flag-values.ts'
import { addFlags, addTableFlags } from '../flags.ts'
import { liveText } from './live-flag.ts'
import { outputFlag } from './output-flag.ts'
import { pathsHelp } from './paths-help.ts'

const explainHelp = `
  portico explain http://shop.example.com/cart ./k8s
  portico explain POST https://shop.example.com/cart ./k8s -H 'X-Canary: always' --cookie session=7
  portico explain http://shop.example.com/ ./k8s --repeat 1000      shares of canaries and endpoints
  portico explain https://shop.example.com/ --live                  as the running instance decides now

Nothing is sent: the request is decided about by the code that serves, and auth services are not asked.
Exit codes: 0 somebody answers it as the manifests say, redirects and refusals by a policy included; 1 it reaches nobody
(no rule, no endpoint, a closed route, no valid HTTP); 2 wrong usage or unreadable input. docs/explain.md says what is shown.
`

/** Adds `explain`. */
export function addExplain(program: Command): void {
  const command = program
    .command('explain')
    .description(
      'say step by step where a request goes, and why: certificate, host, path, policies, canary, endpoint',
    )
    .argument('[[METHOD] URL]', 'what is asked; without a scheme http is meant, and GET without a method')
    .argument('[path...]', pathsHelp)
    .usage('[options] [METHOD] URL [path...]')
    .addOption(outputFlag())
    .addHelpText('after', explainHelp)
  addFlags(command, 'The request:', [
    new Option('-H, --header <field>', "'Name: value'; repeatable; Host replaces the URL's")
      .argParser(collectWhole(readField))
      .default([], ''),
    new Option('-b, --cookie <name=value>', 'a cookie; repeatable')
      .argParser(collectWhole(readCookie))
      .default([], ''),
    new Option('--sni <name>', "the host that the handshake asks for (default: the URL's)"),
    new Option('--client-ip <address>', 'where it comes from (default: 127.0.0.1)').argParser(readAddress),
    new Option('--repeat <n>', 'ask so many times, and count who gets how many').argParser(readRepeat),
  ])
  addFlags(command, 'Who is asked:', [
    liveText(),
    new Option('--https-port <port>', 'port of HTTPS, for redirects').argParser(readPort).default(8443),
    new Option(
      '--assume-endpoints',
      'give an endpoint to every Service without any, as in a cluster',
    ).default(false, ''),
  ])
  addTableFlags(command).action(async (first: string | undefined, rest: string[], flags: ExplainFlags) => {
    const { explain } = await import('../explain/explain.ts')
    process.exitCode = await explain(first === undefined ? [] : [first, ...rest], flags)
  })
}

function readField(text: string): readonly [name: string, value: string] {
  const colon = text.indexOf(':')
  if (colon < 1) throw new InvalidArgumentError("Write it as 'Name: value'.")
  return [text.slice(0, colon), text.slice(colon + 1).trim()]
}

function readCookie(text: string): string {
  if (/^[^=;\s]+=[^;]*$/.test(text)) return text
  throw new InvalidArgumentError('Write it as name=value.')
}

const maxRepeat = 100_000

function readRepeat(text: string): number {
  const times = /^\d{1,6}$/.test(text) ? Number(text) : 0
  if (times >= 1 && times <= maxRepeat) return times
  throw new InvalidArgumentError(`Give a number from 1 to ${maxRepeat}.`)
}
