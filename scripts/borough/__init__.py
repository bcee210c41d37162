"""The making of Doggerby, a fictional English borough on the Dogger Bank."""
