// `portico init`: writes an Ingress and a Service for a local server, and says what to do next.
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, normalize } from 'node:path'
import { StartError } from '../../app/start-error.ts'
import { escapeControls } from '../../diagnostics/escape-controls.ts'
import { UsageError } from '../usage-error.ts'
import type { Origin } from './origin.ts'
import { renderStarter } from './starter-manifest.ts'

/** Values of the flags of `init`. */
export interface InitFlags {
  readonly from: Origin
  readonly name: string
  readonly namespace: string | undefined
  /** `NAME.localhost` when absent: browsers know such names without a hosts file, and dev servers accept them. */
  readonly host: string | undefined
  readonly path: string
  readonly tls: boolean
  /** `manifests/NAME.yaml` when absent; `-` is standard output. */
  readonly out: string | undefined
  readonly force: boolean
}

/** Writes the manifests and says so on standard error; gives 0. Throws `UsageError` rather than overwrite a file. */
export async function init(flags: InitFlags): Promise<number> {
  const { name, host = `${name}.localhost`, out = `manifests/${name}.yaml` } = flags
  const text = renderStarter({ ...flags, host, hasTls: flags.tls, origin: flags.from })
  if (out === '-') {
    process.stdout.write(text)
    return 0
  }
  await write(out, text, flags.force)
  process.stderr.write(nextSteps(flags, out, host))
  return 0
}

async function write(file: string, text: string, isForced: boolean): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, text, { flag: isForced ? 'w' : 'wx' })
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === undefined) throw error
    if (code !== 'EEXIST') throw new StartError(3, `${escapeControls(file)} can not be written: ${message}`)
    throw new UsageError(
      `${escapeControls(file)} is there already; --force overwrites it, --out names another`,
    )
  }
}

function nextSteps({ from, path, tls }: InitFlags, out: string, host: string): string {
  const isDefault = dirname(normalize(out)) === 'manifests'
  const paths = isDefault ? '' : ` ${escapeControls(out)}`
  const shown = host.startsWith('*.') ? `app${host.slice(1)}` : host
  const url = tls ? `https://${shown}:8443${path}` : `http://${shown}:8080${path}`
  return `wrote ${escapeControls(out)}: ${host}${path} goes to ${from.endpoint}

Next:
  portico run${paths}
  open ${url}${/(?:^|\.)localhost$/.test(host) ? '' : `    (for the name: portico hosts --write${paths})`}
`
}
