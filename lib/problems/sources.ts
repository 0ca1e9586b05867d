/** Where problems come from. */

/** The Neural GPU. */
export const KAISER = "Kaiser & Sutskever 2015, arXiv 1511.08228";

/** The diagonal Neural GPU. */
export const DNGPU = "Freivalds & Liepins 2017, arXiv 1702.08727";

/** Extensions and limitations of the Neural GPU. */
export const PRICE = "Price, Zaremba & Sutskever 2016, arXiv 1611.00736";

/** The algorithmic problems of Tensor2Tensor, on which the Universal Transformer was tried. */
export const TENSOR2TENSOR = "Tensor2Tensor, arXiv 1803.07416";

/** Neural networks and the Chomsky hierarchy. */
export const CHOMSKY = "Delétang et al. 2023, arXiv 2207.02098";

/** Problems that were not taken from a paper on learning. */
export const OWN = "this toolkit";
