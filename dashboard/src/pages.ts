// The pages of the dashboard, in the order of the navigation.
import type { ComponentType } from 'preact'
import type { IconName } from './components/icon.tsx'
import { ExplainPage } from './explain/explain-page.tsx'
import { Annotations } from './pages/annotations.tsx'
import { Overview } from './pages/overview.tsx'
import { Problems } from './pages/problems.tsx'
import { Tls } from './pages/tls.tsx'
import { RequestsPage } from './requests/requests-page.tsx'
import { RoutesPage } from './routes/routes-page.tsx'
import { ServicesPage } from './services/services-page.tsx'

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
  { path: 'routes', title: 'Routes', icon: 'routes', key: 'r', component: RoutesPage },
  { path: 'requests', title: 'Requests', icon: 'requests', key: 'q', component: RequestsPage },
  { path: 'services', title: 'Services', icon: 'services', key: 's', component: ServicesPage },
  { path: 'explain', title: 'Explain', icon: 'explain', key: 'e', component: ExplainPage },
  { path: 'problems', title: 'Problems', icon: 'problems', key: 'p', component: Problems },
  { path: 'tls', title: 'TLS', icon: 'tls', key: 't', component: Tls },
  { path: 'annotations', title: 'Annotations', icon: 'annotations', key: 'a', component: Annotations },
]
