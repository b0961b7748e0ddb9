import { lazyRouteComponent } from '@tanstack/react-router'

export const StreamsPage = lazyRouteComponent(() => import('./pages/StreamsPage'))
