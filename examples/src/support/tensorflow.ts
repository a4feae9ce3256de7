import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import '@tensorflow/tfjs-backend-cpu';

// The core prints a recommendation of another backend, which does not run on current Node.
tf.env().set('IS_TEST', true);
await tf.setBackend('cpu');

export { layers, tf };
