"""The catalogue in the words of HSDS 3, the Human Services Data Specification of Open Referral."""
