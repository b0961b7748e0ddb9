import { lazyRouteComponent } from '@tanstack/react-router'

export const LibrariesPage = lazyRouteComponent(() => import('./pages/LibrariesPage'))
