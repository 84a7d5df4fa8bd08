// The pages of the dashboard, in the order of the navigation.
import type { ComponentType } from 'preact'
import type { IconName } from './components/icon.tsx'
import { Annotations } from './pages/annotations.tsx'
import { Overview } from './pages/overview.tsx'
import { Problems } from './pages/problems.tsx'
import { Tls } from './pages/tls.tsx'

/** One page. */
export interface Page {
  /** First part of its address, `#/path`; empty for the overview. What stands behind it is the page's own. */
  readonly path: string
  readonly title: string
  readonly icon: IconName
  /** Behind `g`. */
  readonly key: string
  readonly component: ComponentType
}

export const pages: readonly Page[] = [
  { path: '', title: 'Overview', icon: 'overview', key: 'o', component: Overview },
  { path: 'problems', title: 'Problems', icon: 'problems', key: 'p', component: Problems },
  { path: 'tls', title: 'TLS', icon: 'tls', key: 't', component: Tls },
  { path: 'annotations', title: 'Annotations', icon: 'annotations', key: 'a', component: Annotations },
]
