"""What is used of statsmodels. Its `api` imports all there is, which takes half a second of every
kernel's start."""

from statsmodels.genmod import families
from statsmodels.genmod.generalized_linear_model import GLM
from statsmodels.regression.linear_model import OLS, WLS
from statsmodels.regression.quantile_regression import QuantReg
from statsmodels.tools.tools import add_constant

__all__ = ["GLM", "OLS", "WLS", "QuantReg", "add_constant", "families"]
