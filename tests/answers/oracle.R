# What R's survey package says of five surveys: Rscript oracle.R FOLDER (Debian: r-cran-survey, 4.1.1).
# Writes their answers and, as expected.csv, percents, standard errors, limits and degrees of freedom of each item and group;
# as differences.csv, those of each pair of groups, with p-values, and Rao and Scott's test of all groups (no group);
# as means.csv, means of numbers by group; as tests.csv, tests of all answers of a question, and of all means, in all groups;
# as quantiles.csv, quartiles by group with Woodruff's limits.
# The answers of api (California Department of Education) and nhanes come with the package; those that are invented are made here. What it has no limits for, at a
# standard error of 0, is reckoned from Korn and Graubard's formula with Kish's effective size.
suppressMessages(library(survey))
options(digits = 17, survey.lonely.psu = "fail")
setwd(commandArgs(TRUE)[1])
write <- function(d, file) write.csv(d, file, row.names = FALSE, na = "")
expected <- NULL
put <- function(case, design, item, yes, group) {
  design$variables$yes <- as.numeric(yes)
  design$variables$group <- as.character(group)
  for (segment in c(sort(unique(design$variables$group)), "total")) {
    d <- subset(design, !is.na(yes) & (segment == "total" | (!is.na(group) & group == segment)))
    m <- svymean(~yes, d); p <- as.numeric(coef(m)); se <- as.numeric(SE(m)); df <- degf(d)
    w <- weights(d); n <- sum(w > 0)
    if (se > 0) ci <- as.numeric(attr(svyciprop(~yes, d, method = "xlogit", df = df), "ci"))
    else {
      k <- sum(w)^2 / sum(w^2) * (qt(.025, n - 1) / qt(.025, df))^2
      ci <- c(if (p > 0) qbeta(.025, k * p, k * (1 - p) + 1) else 0, if (p < 1) qbeta(.975, k * p + 1, k * (1 - p)) else 1)
    }
    expected <<- rbind(expected, data.frame(case, item, segment, percent = 100 * p, standard_error = 100 * se,
      lower = 100 * ci[1], upper = 100 * ci[2], df, base = n, weighted_base = sum(w)))
  }
}

differences <- NULL
compare <- function(case, design, item, yes, group) {
  design$variables$yes <- as.numeric(yes); design$variables$group <- as.character(group)
  d <- subset(design, !is.na(yes) & !is.na(group) & weights(design, "sampling") > 0)
  test <- svychisq(~yes + group, d)
  differences <<- rbind(differences, data.frame(case, item, group_a = "", group_b = "", difference = NA, standard_error = NA,
    lower = NA, upper = NA, df = as.numeric(test$parameter[2]), p = as.numeric(test$p.value)))
  shares <- svyby(~yes, ~group, d, svymean, covmat = TRUE)
  names <- sort(unique(d$variables$group))
  for (a in names) for (b in names) if (a < b && all(SE(shares)[match(c(a, b), names)] > 0)) {
    of <- setNames(list(setNames(c(-1, 1), c(a, b))), "d")
    contrast <- svycontrast(shares, of); e <- as.numeric(coef(contrast)); se <- as.numeric(SE(contrast))
    df <- degf(subset(d, group %in% c(a, b)))
    differences <<- rbind(differences, data.frame(case, item, group_a = a, group_b = b, difference = 100 * e,
      standard_error = 100 * se, lower = 100 * (e - qt(.975, df) * se), upper = 100 * (e + qt(.975, df) * se), df,
      p = 2 * pt(-abs(e / se), df)))
  }
}

tests <- NULL
test <- function(case, design, values, group) {
  design$variables$number <- values; design$variables$group <- factor(group); design$variables$answer <- factor(values)
  d <- subset(design, !is.na(values) & !is.na(group) & weights(design, "sampling") > 0)
  table <- svychisq(~answer + group, d)
  tests <<- rbind(tests, data.frame(case, of = "answers", df = as.numeric(table$parameter[2]), p = as.numeric(table$p.value)))
  wald <- regTermTest(svyglm(number ~ group, d), ~group)
  tests <<- rbind(tests, data.frame(case, of = "means", df = as.numeric(wald$ddf), p = as.numeric(wald$p)))
}

# The default rule as later versions have it (qrule.R): 4.1.1 takes the second number where the share is below the first.
rule <- function(x, w, p) {
  of <- survey:::qs(x[w > 0], w[w > 0], p)
  if (of$wlow <= 0) of$qlow else of$qup
}
quantiles <- NULL
means <- NULL
average <- function(case, design, number, group) {
  design$variables$number <- number; design$variables$group <- as.character(group)
  of <- function(d, segment) {
    m <- svymean(~number, d); df <- degf(d); ci <- confint(m, df = df)
    means <<- rbind(means, data.frame(case, item = "number", segment, mean = as.numeric(coef(m)), standard_error = as.numeric(SE(m)),
      lower = ci[1], upper = ci[2], df, base = sum(weights(d) > 0), weighted_base = sum(weights(d))))
    q <- svyquantile(~number, d, c(.25, .5, .75), qrule = rule)[[1]]
    quantiles <<- rbind(quantiles, data.frame(case, item = paste0("number-p", c(25, 50, 75)), segment, mean = q[, "quantile"],
      standard_error = q[, "se"], lower = q[, 2], upper = q[, 3], df))
  }
  known <- subset(design, !is.na(number)); of(known, "total")
  d <- subset(known, !is.na(group)); names <- sort(unique(d$variables$group))
  for (name in names) of(subset(d, group == name), name)
  by <- svyby(~number, ~group, d, svymean, covmat = TRUE)
  for (a in names) for (b in names) if (a < b) {
    contrast <- svycontrast(by, list(d = setNames(c(-1, 1), c(a, b)))); df <- degf(subset(d, group %in% c(a, b)))
    e <- as.numeric(coef(contrast)); se <- as.numeric(SE(contrast)); reach <- qt(.975, df) * se
    differences <<- rbind(differences, data.frame(case, item = "number", group_a = a, group_b = b, difference = e,
      standard_error = se, lower = e - reach, upper = e + reach, df, p = 2 * pt(-abs(e / se), df)))
  }
}

data(api)
a <- apistrat[, c("stype", "pw", "fpc", "api00", "awards", "sch.wide", "comp.imp", "both")]
write(a, "apistrat.csv")
d <- svydesign(id = ~1, strata = ~stype, weights = ~pw, fpc = ~fpc, data = a)
for (i in c("awards", "sch.wide", "comp.imp")) put("apistrat", d, i, a[[i]] == "Yes", a$both)
for (i in c("awards", "comp.imp")) compare("apistrat by stratum", d, i, a[[i]] == "Yes", a$stype)
a <- apiclus1[, c("dnum", "stype", "pw", "fpc", "api00", "awards", "sch.wide", "comp.imp")]
average("apistrat by stratum", d, apistrat$api00, apistrat$stype)
write(a, "apiclus1.csv")
d <- svydesign(id = ~dnum, weights = ~pw, fpc = ~fpc, data = a)
for (i in c("awards", "sch.wide", "comp.imp")) put("apiclus1", d, i, a[[i]] == "Yes", a$stype)
for (i in c("awards", "sch.wide", "comp.imp")) compare("apiclus1", d, i, a[[i]] == "Yes", a$stype)
average("apiclus1", d, apiclus1$api00, apiclus1$stype)

a <- apiclus2[, c("dnum", "snum", "stype", "pw", "fpc1", "fpc2", "api00", "awards", "sch.wide", "comp.imp")]
write(a, "apiclus2.csv")
d <- svydesign(id = ~dnum + snum, weights = ~pw, fpc = ~fpc1 + fpc2, data = a)
for (i in c("awards", "sch.wide", "comp.imp")) put("apiclus2", d, i, a[[i]] == "Yes", a$stype)
for (i in c("awards", "comp.imp")) compare("apiclus2", d, i, a[[i]] == "Yes", a$stype)
average("apiclus2", d, a$api00, a$stype)

data(nhanes)
write(nhanes[, c("SDMVPSU", "SDMVSTRA", "WTMEC2YR", "HI_CHOL", "race")], "nhanes.csv")
d <- svydesign(id = ~SDMVPSU, strata = ~SDMVSTRA, weights = ~WTMEC2YR, nest = TRUE, data = nhanes)
put("nhanes", d, "high", nhanes$HI_CHOL == 1, nhanes$race)
compare("nhanes", d, "high", nhanes$HI_CHOL == 1, nhanes$race)

set.seed(2013)
n <- 900
v <- data.frame(region = sample(c("nord", "sud", "est"), n, TRUE, c(.5, .3, .2)), place = sample(1:12, n, TRUE))
v$place[v$region == "est"] <- (v$place[v$region == "est"] - 1) %/% 4 + 1
v$size <- ifelse(runif(n) < .6, "PME", "Grande"); v$size[v$place == 1 | runif(n) < .02] <- NA
v$size[v$region == "est"] <- "PME"
v$weight <- round(exp(rnorm(n)), 6); v$weight[sample(n, 5)] <- 0
v$N <- c(nord = 40, sud = 30, est = 5)[v$region]
people <- c(nord = 90000, sud = 40000, est = 1000)
v$people <- people[v$region]
u <- runif(n)
v$tool <- ifelse(u < .02, NA, ifelse(u < .1 + v$place / 20, "Oui", "Non"))
v$scale <- ifelse(runif(n) < .05, 9, pmin(5, 1 + rpois(n, 1 + v$place / 6)))
v$rare <- ifelse(v$region == "est", "Oui", "Non")
write(v, "invented.csv")
scale <- ifelse(v$scale == 9, NA, v$scale >= 4)
designs <- list(
  clusters = svydesign(id = ~place, strata = ~region, weights = ~weight, fpc = ~N, nest = TRUE, data = v),
  people = svydesign(id = ~1, strata = ~region, weights = ~weight, fpc = ~people, data = v),
  simple = svydesign(id = ~1, weights = ~rep(1, n), data = v))
for (case in names(designs)) {
  d <- designs[[case]]
  put(case, d, "tool", v$tool == "Oui", v$size)
  put(case, d, "scale", scale, v$size)
  put(case, d, "rare", v$rare == "Oui", v$size)
  compare(case, d, "tool", v$tool == "Oui", v$size)
  compare(case, d, "scale", scale, v$size)
  average(case, d, ifelse(v$scale == 9, NA, v$scale), v$size)
  test(case, d, ifelse(v$scale == 9, NA, v$scale), v$size)
  test(paste(case, "of four"), d, ifelse(v$scale == 9, NA, v$scale), v$place %/% 4)
}
alone <- v[!v$place %in% c(2, 3), ]  # of the region "est" one place is left
for (lonely in c("adjust", "average", "certainty")) {
  options(survey.lonely.psu = lonely)
  d <- svydesign(id = ~place, strata = ~region, weights = ~weight, fpc = ~N, nest = TRUE, data = alone)
  put(paste("lonely", lonely), d, "tool", alone$tool == "Oui", alone$size)
  put(paste("lonely", lonely), d, "rare", alone$rare == "Oui", alone$size)
  if (lonely != "average") compare(paste("lonely", lonely), d, "tool", alone$tool == "Oui", alone$size)
}
options(survey.lonely.psu = "fail")
set.seed(77)
plan <- list(  # of regions: clusters in all; people of those drawn, and how many of these were drawn
  nord = list(N = 20, M = c(40, 30, 25, 60, 12, 30), m = c(12, 9, 25, 14, 12, 7)),
  sud = list(N = 9, M = c(50, 22, 30, 18), m = c(20, 11, 13, 18)), est = list(N = 3, M = c(33, 44, 21), m = c(10, 11, 12)))
v <- do.call(rbind, lapply(names(plan), function(r) with(plan[[r]], data.frame(region = r,
  place = rep(paste0(r, seq_along(m)), m), N = N, M = rep(M, m)))))
n <- nrow(v)
v$size <- sample(c("a", "b", "c", NA), n, TRUE, c(.4, .3, .25, .05))
v$weight <- round(exp(rnorm(n, 0, .6)), 5); v$weight[sample(n, 3)] <- 0
p <- as.numeric(factor(v$place)) / 20
v$tool <- ifelse(runif(n) < .04, NA, ifelse(runif(n) < .2 + p, "Oui", "Non"))
v$number <- ifelse(runif(n) < .06, NA, round(exp(rnorm(n, 3 + p, .8)), 1))
write(v, "stages.csv")
two_stages <- function(v) svydesign(id = ~place + seq_along(place), strata = ~region, weights = ~weight, fpc = ~N + M, nest = TRUE, data = v)
ask <- function(case, v, group) {
  d <- two_stages(v)
  put(case, d, "tool", v$tool == "Oui", group)
  compare(case, d, "tool", v$tool == "Oui", group)
  average(case, d, v$number, group)
}
ask("stages", v, v$size)
ask("stages by stratum", v, v$region)  # of "est" all clusters are drawn, but not all people
alone <- v[v$region != "sud" | v$place == "sud2", ]
for (lonely in c("adjust", "average", "certainty")) {
  options(survey.lonely.psu = lonely)
  ask(paste("stages", lonely), alone, alone$size)
}
save <- function(table, file, texts) {
  for (name in names(table)[-(1:texts)]) table[[name]] <- trimws(formatC(table[[name]], digits = 17, format = "g"))
  write.csv(table, file, row.names = FALSE, quote = FALSE)
}
save(expected, "expected.csv", 3)
save(differences, "differences.csv", 4)
save(means, "means.csv", 3)
save(tests, "tests.csv", 2)
save(quantiles, "quantiles.csv", 3)
