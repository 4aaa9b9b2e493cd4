// The learner's kernels. The module owns no memory and no static data: it is instantiated over the memory of tfjs, so that tensors need no copying.
export { adam, blend } from './nn/adam';
export { copyBlocks, fill, fillFrom, toFloats, toIntegers } from './nn/copies';
export { product, productWorkBytes, spread, sumRows } from './nn/dense';
export { elementwise } from './nn/elementwise';
export { firstNotFinite } from './nn/finite';
export { gaussianLog, gaussianLogBackward, gaussianLogBackwardBackward } from './nn/gaussian';
export { gruForward, gruForwardWorkBytes, gruBackward, gruBackwardWorkBytes } from './nn/gru-sequence';
export { layerForward, layerBackward, layerBackwardBackward, layerTangent, layerWorkBytes } from './nn/layer';
export { lstmForward, lstmForwardWorkBytes, lstmBackward, lstmBackwardWorkBytes } from './nn/lstm-sequence';
export { minGruForward, minGruForwardWorkBytes, minGruBackward, minGruBackwardWorkBytes } from './nn/min-gru-sequence';

export function kernelsVersion(): i32 {
  return 5;
}
