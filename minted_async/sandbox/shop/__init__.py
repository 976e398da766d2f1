"""The E-Commerce and the Walletable tab: catalogs, baskets, fees, orders."""
