// SPDX-License-Identifier: Apache-2.0
// meta.right is what the page's first request asks for; meta.under names its entry in the
// navigation when that has another name; meta.shows is the class of protection of what the
// page shows.
import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router'

const assessment = { right: 'assessment:read', under: 'assessments', shows: 'evidence' }

const routes: RouteRecordRaw[] = [
  { path: '/', name: 'start', component: () => import('./pages/StartPage.vue') },
  {
    path: '/assessments',
    name: 'assessments',
    meta: { right: 'assessment:read' },
    component: () => import('./pages/assessment/AssessmentList.vue'),
  },
  {
    path: '/assessments/:id',
    name: 'result',
    meta: assessment,
    component: () => import('./pages/assessment/ResultPage.vue'),
  },
  {
    path: '/assessments/:id/worksheet',
    name: 'worksheet',
    meta: assessment,
    component: () => import('./pages/assessment/WorksheetPage.vue'),
  },
  {
    path: '/assessments/:id/documents',
    name: 'documents',
    meta: assessment,
    component: () => import('./pages/assessment/DocumentsPage.vue'),
  },
  {
    path: '/files',
    name: 'files',
    meta: { right: 'evidence:read', shows: 'evidence' },
    component: () => import('./pages/portfolio/FilesPage.vue'),
  },
  {
    path: '/overview',
    name: 'overview',
    meta: { right: 'system:read' },
    component: () => import('./pages/portfolio/OverviewPage.vue'),
  },
  {
    path: '/progress',
    name: 'progress',
    meta: { right: 'progress:read' },
    component: () => import('./pages/process/ProgressPage.vue'),
  },
  {
    path: '/internet-tests',
    name: 'internet_tests',
    meta: { right: 'internet_test:read' },
    component: () => import('./pages/process/InternetTestsPage.vue'),
  },
  {
    path: '/systems',
    name: 'systems',
    meta: { right: 'system:read', shows: 'ledger' },
    component: () => import('./pages/portfolio/SystemsPage.vue'),
  },
  {
    path: '/systems/:id',
    name: 'system',
    meta: { right: 'system:read', under: 'systems', shows: 'ledger' },
    component: () => import('./pages/portfolio/SystemPage.vue'),
  },
  {
    path: '/filings',
    name: 'filings',
    meta: { right: 'filing:read', shows: 'ledger' },
    component: () => import('./pages/portfolio/FilingsPage.vue'),
  },
  {
    path: '/grading',
    name: 'grading',
    meta: { right: 'system:read' },
    component: () => import('./pages/portfolio/GradingPage.vue'),
  },
  {
    path: '/assets',
    name: 'assets',
    meta: { right: 'asset:read', shows: 'ledger' },
    component: () => import('./pages/portfolio/AssetsPage.vue'),
  },
  {
    path: '/imports',
    name: 'imports',
    meta: { right: 'import:read', shows: 'ledger' },
    component: () => import('./pages/portfolio/ImportsPage.vue'),
  },
  {
    path: '/imports/:id',
    name: 'import',
    meta: { right: 'import:read', under: 'imports', shows: 'ledger' },
    component: () => import('./pages/portfolio/ImportPage.vue'),
  },
  {
    path: '/data-items',
    name: 'data_items',
    meta: { right: 'data_item:read', shows: 'ledger' },
    component: () => import('./pages/portfolio/DataItemsPage.vue'),
  },
  {
    path: '/contacts',
    name: 'contacts',
    meta: { right: 'contact:read', shows: 'ledger' },
    component: () => import('./pages/portfolio/ContactsPage.vue'),
  },
  {
    path: '/risk-notices',
    name: 'risk_notices',
    meta: { right: 'risk_notice:read', shows: 'ledger' },
    component: () => import('./pages/portfolio/RiskNoticesPage.vue'),
  },
  {
    path: '/contract',
    name: 'contract',
    meta: { right: 'contract:read', shows: 'ledger' },
    component: () => import('./pages/portfolio/ContractPage.vue'),
  },
  {
    path: '/accounts',
    name: 'accounts',
    meta: { right: 'account:read' },
    component: () => import('./pages/access/AccountsPage.vue'),
  },
  {
    path: '/roles',
    name: 'roles',
    meta: { right: 'role:read' },
    component: () => import('./pages/access/RolesPage.vue'),
  },
  {
    path: '/clearance',
    name: 'clearance',
    meta: { right: 'clearance:read' },
    component: () => import('./pages/access/ClearancePage.vue'),
  },
  {
    path: '/jobs',
    name: 'jobs',
    meta: { right: 'job:read' },
    component: () => import('./pages/access/JobsPage.vue'),
  },
  {
    path: '/settings',
    name: 'settings',
    meta: { right: 'setting:read' },
    component: () => import('./pages/access/SettingsPage.vue'),
  },
  {
    path: '/audit',
    name: 'audit',
    meta: { right: 'audit:read' },
    component: () => import('./pages/access/AuditPage.vue'),
  },
  {
    path: '/exports',
    name: 'exports',
    meta: { right: 'export:read' },
    component: () => import('./pages/access/ExportsPage.vue'),
  },
  {
    path: '/audit/exports',
    name: 'audit_exports',
    meta: { right: 'audit:read', under: 'audit' },
    component: () => import('./pages/access/ExportsPage.vue'),
  },
  {
    path: '/account',
    name: 'account',
    component: () => import('./pages/access/AccountPage.vue'),
  },
  { path: '/:path(.*)*', name: 'not_found', component: () => import('./pages/NotFound.vue') },
]

export const router = createRouter({
  history: createWebHistory(),
  routes,
  scrollBehavior: (to, from, kept) => kept ?? (to.path === from.path ? false : { top: 0 }),
})
