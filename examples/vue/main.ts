// Starts the page. Vue is told that the element is not one of its own in the build (vite.config.ts beside this file).

import { createApp } from 'vue';
import App from './App.vue';

createApp(App).mount('#root');
