// SPDX-License-Identifier: Apache-2.0
import vue from '@vitejs/plugin-vue'
import components from 'unplugin-vue-components/vite'
import { ElementPlusResolver } from 'unplugin-vue-components/resolvers'
import { defineConfig } from 'vitest/config'
import { mockApi } from './dev/mock.ts'

export default defineConfig(({ mode }) => ({
  plugins: [
    vue(),
    // Element Plus by component: half the size of the whole.
    components({ dirs: [], dts: false, resolvers: [ElementPlusResolver({ importStyle: 'css' })] }),
    ...(mode === 'mock' ? [mockApi()] : []),
  ],
  define: {
    __VUE_I18N_FULL_INSTALL__: false,
    __VUE_I18N_LEGACY_API__: false,
    __INTLIFY_PROD_DEVTOOLS__: false,
  },
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 700,
  },
  server: {
    host: '127.0.0.1',
    proxy: mode === 'mock' ? undefined : { '/api': 'http://127.0.0.1:8080' },
  },
  preview: { host: '127.0.0.1', proxy: { '/api': 'http://127.0.0.1:8080' } },
  test: { environment: 'node', include: ['src/**/*.test.ts', 'dev/*.test.ts'] },
}))
