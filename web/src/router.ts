// SPDX-License-Identifier: Apache-2.0
import { createRouter, createWebHistory } from 'vue-router'
import SystemList from './pages/portfolio/SystemList.vue'

export const router = createRouter({
  history: createWebHistory(),
  routes: [
    { path: '/', redirect: '/systems' },
    { path: '/systems', name: 'systems', component: SystemList },
    {
      path: '/assessments/:id',
      name: 'result',
      component: () => import('./pages/assessment/ResultPage.vue'),
    },
    {
      path: '/assessments/:id/worksheet',
      name: 'worksheet',
      component: () => import('./pages/assessment/WorksheetPage.vue'),
    },
    {
      path: '/assessments/:id/documents',
      name: 'documents',
      component: () => import('./pages/assessment/DocumentsPage.vue'),
    },
    { path: '/:path(.*)*', name: 'not_found', component: () => import('./pages/NotFound.vue') },
  ],
  scrollBehavior: (to, from, kept) => kept ?? (to.path === from.path ? false : { top: 0 }),
})
