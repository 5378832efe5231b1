"""What the report says, for people who are no programmers."""

from __future__ import annotations

TITLE = {
    "cloud": "How well are clouds filled?",
    "frame": "How well is a whole missing image rebuilt?",
    "anytime": "How well is a day without an image rebuilt?",
    "gap": "How well are long gaps bridged?",
}

HIDDEN = {
    "cloud": "We took clear images, laid real clouds of other dates of the same place over them, "
    "let each method fill these clouds, and compared with what the satellite had really seen.",
    "frame": "We hid every fifth clear image whole, let each method rebuild it from the other "
    "dates, and compared with what the satellite had really seen.",
    "anytime": "We took whole clear dates out of the series, as if the satellite had never come, "
    "asked each method for those days, and compared with what it had really seen.",
    "gap": "We hid everything seen in windows of 20, 40 and 60 days, let each method bridge them, "
    "and compared with what the satellite had really seen.",
}

GLOSSARY = {
    "Ratio": "The mean error of a method divided by that of linear interpolation, on the same "
    "pixels. Linear interpolation draws a straight line over time between the two nearest clear "
    "looks at a pixel. 1 is as good as that line; 0.5 is half its error; above 1 is worse.",
    "90 % interval": "Where the ratio would lie nine times in ten had we hidden other ground: "
    "blocks of 32 by 32 pixels and one date are drawn anew a thousand times; for a mean over "
    "stacks, the stacks too.",
    "MAE, RMSE": "Mean absolute error, and root of the mean squared error (which punishes large "
    "errors more), in reflectance: 0.01 is one percent of the light.",
    "PSNR": "The same as RMSE, in decibels: more is better, 6 more is half the error.",
    "SAM": "Spectral angle in degrees: how far off the colour is, whatever the brightness.",
    "SSIM": "Structural similarity: 1 means that edges and textures are as in truth. Once over "
    "the whole filled image, and once only around pixels that were hidden (SSIM hidden).",
    "NDVI error": "Mean absolute error of the vegetation index.",
    "NRMSE": "RMSE as SeqDMs reports it: of all hidden pixels, of those that none of the three "
    "nearest dates shows (cloudy), and of those that at least one shows (clear).",
    "Within": "How often the truth lay inside of the method's own 90 % band of doubt; "
    "0.90 is right.",
    "Interval score": "How good that band is, in reflectance: its width, and twenty times as much "
    "as the truth lies outside of it. Less is better.",
    "Ratio, light known": "The ratio after the median error of each day and band was taken out: "
    "what would be left to one who knew how bright each day was.",
    "Noise floor": "How much two clear looks differ that are at most five days apart, after their "
    "overall brightness was matched: no method can be expected to be better than about that, "
    "save by luck or by knowing the date's own light.",
}
