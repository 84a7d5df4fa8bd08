// What the kernel says of a process: its memory and its TCP sockets, from /proc. Asks the process itself nothing.
import { readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs'

/** One TCP socket of a process that is not a listener. */
export interface TcpSocket {
  readonly localPort: number
  readonly remotePort: number
}

/** Resident memory now. */
export function residentBytes(pid: number): number {
  return statusBytes(pid, 'VmRSS')
}

/** The most that was ever resident since `forgetPeak`. */
export function peakResidentBytes(pid: number): number {
  return statusBytes(pid, 'VmHWM')
}

/** Lets the peak begin anew at what is resident now (proc(5), clear_refs). */
export function forgetPeak(pid: number): void {
  writeFileSync(`/proc/${pid}/clear_refs`, '5')
}

/** Every TCP socket the process holds a descriptor of, listeners left out. */
export function tcpSocketsOf(pid: number): TcpSocket[] {
  const inodes = socketInodesOf(pid)
  return ['tcp', 'tcp6'].flatMap(table =>
    readFileSync(`/proc/${pid}/net/${table}`, 'latin1')
      .split('\n')
      .slice(1)
      .map(line => line.trim().split(/\s+/))
      .filter(columns => columns.length > 9 && columns[3] !== listening && inodes.has(columns[9]!))
      .map(columns => ({ localPort: portOf(columns[1]!), remotePort: portOf(columns[2]!) })),
  )
}

/** TCP_LISTEN in /proc/net/tcp. */
const listening = '0A'

/** `0100007F:1F90` → 8080. */
function portOf(address: string): number {
  return Number.parseInt(address.slice(address.lastIndexOf(':') + 1), 16)
}

function socketInodesOf(pid: number): Set<string> {
  const inodes = new Set<string>()
  for (const descriptor of readdirSync(`/proc/${pid}/fd`)) {
    const inode = /^socket:\[(\d+)\]$/.exec(linkOf(`/proc/${pid}/fd/${descriptor}`))?.[1]
    if (inode !== undefined) inodes.add(inode)
  }
  return inodes
}

/** Empty for a descriptor that was closed since it was listed. */
function linkOf(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return ''
  }
}

function statusBytes(pid: number, field: string): number {
  const status = readFileSync(`/proc/${pid}/status`, 'latin1')
  return Number(new RegExp(`^${field}:\\s*(\\d+) kB$`, 'm').exec(status)![1]) * 1024
}
