// The dashboard's icons: strokes on a field of 16 by 16, in the colour of the text beside them.

const paths = {
  overview: 'M2.5 13.5h11M4 11V8m4 3V3m4 8V6',
  routes: 'M3 4h3.5c2 0 2.5 1 2.5 3v2c0 2 .5 3 2.5 3H13M11.5 10 13.5 12l-2 2M3 4h10.5M11.5 2l2 2-2 2',
  requests: 'M2.5 5h9M9 2.5 11.5 5 9 7.500M13.5 11h-9M7 8.5 4.5 11 7 13.5',
  services: 'M2.5 3h11v4h-11zM2.5 9h11v4h-11zM5 5h.01M5 11h.01',
  explain:
    'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM6.3 6.300a1.8 1.8 0 1 1 2.5 1.700c-.5.2-.8.6-.8 1M8 11.300h.01',
  problems: 'M8 2.5 14 13H2zM8 6.500v3M8 11.300h.01',
  tls: 'M4 7.500h8v6H4zM5.5 7.500V5.300a2.5 2.5 0 0 1 5 0v2.2',
  annotations: 'M8.5 2.500h5v5l-6 6-5-5zM11 5h.01',
  search: 'M7 11.500a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9ZM10.3 10.300l3.2 3.2',
  copy: 'M5.5 5.500h8v8h-8zM3.5 10.500h-1v-8h8v1',
  check: 'm3 8.5 3.5 3.500L13 4.5',
  close: 'm4 4 8 8m0-8-8 8',
  menu: 'M2.5 4.500h11m-11 3.500h11m-11 3.500h11',
  sun: 'M8 10.500a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5ZM8 1.500v1m0 11v1m6.5-6.500h-1m-11 0h-1m11.1-4.6-.7.7m-7.8 7.8-.7.700m9.2 0-.7-.7M4.1 4.100l-.7-.7',
  moon: 'M13.5 9.500A6 6 0 0 1 6.5 2.500a5.8 5.8 0 1 0 7 7Z',
  system: 'M2 3h12v8H2zM6 13.500h4M8 11v2.5',
  external: 'M6.5 3.500h-4v10h10v-4M9 2.500h4.500V7M13.5 2.5 7.5 8.5',
  chevron: 'm6 3.5 4.5 4.500L6 12.5',
  up: 'm4 9.5 4-4 4 4',
  down: 'm4 6.5 4 4 4-4',
  pause: 'M5.5 3.500v9m5-9v9',
  play: 'M5 3.500v9l7-4.500z',
  replay: 'M3 8a5 5 0 1 0 1.6-3.700M3 2.500v3h3',
  keyboard: 'M1.5 4.500h13v7h-13zM4 7h.01M6.7 7h.01M9.3 7h.01M12 7h.01M5 9.500h6',
} as const

export type IconName = keyof typeof paths

/** Said by the words beside it, so never read aloud itself. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  )
}
