// A Portico of its own process that serves manifests on free ports, for whatever concerns the process itself: signals,
// descriptors, logs. Gone when the test is over.
import { onTestFinished } from 'vitest'
import { type ManifestDirectory, manifestDirectory } from './manifests.ts'
import { launcher, type PorticoProcess, startPortico } from './portico-process.ts'

export interface ServingProcess extends PorticoProcess {
  readonly httpPort: number
  readonly httpsPort: number
  /** `127.0.0.1:port`. */
  readonly admin: string
  readonly manifests: ManifestDirectory
}

export interface ServeOptions {
  readonly flags?: readonly string[]
  /** A line of shell to begin with, Portico's own command in `"$@"`: `ulimit -n 256; exec "$@"`. */
  readonly shell?: string
}

/** Starts `portico run` over these files (name → text); resolves when it is ready. */
export async function serveInProcess(
  files: Readonly<Record<string, string>>,
  options: ServeOptions = {},
): Promise<ServingProcess> {
  const manifests = await manifestDirectory(files)
  const ports = ['--http-port', '0', '--https-port', '0', '--admin', '127.0.0.1:0']
  const command = [launcher, 'run', manifests.path, ...ports, ...(options.flags ?? [])]
  const { shell = 'exec "$@"' } = options
  const portico = startPortico(['-c', shell, 'sh', ...command], { program: 'sh' })
  onTestFinished(async () => {
    portico.kill('SIGKILL')
    await portico.exited
  })
  const ready = await portico.nextEvent('ready')
  return {
    ...portico,
    httpPort: portOf(ready.http),
    httpsPort: portOf(ready.https),
    admin: String(ready.admin),
    manifests,
  }
}

function portOf(address: unknown): number {
  return Number(String(address).split(':').at(-1))
}
