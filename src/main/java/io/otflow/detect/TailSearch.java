package io.otflow.detect;

import io.otflow.detect.TailFit.Prior;
import java.util.function.IntToDoubleFunction;

/**
 * Where the tail of the ordinary rows starts, and, where anomalies hide it, ends: the first start
 * and cut at which a generalized Pareto distribution fits, from the widest on.
 *
 * @param kept rows before the cut
 * @param exceedances rows between the start and the cut
 * @param fit the distribution
 */
record TailSearch(int kept, int exceedances, TailFit fit) {

  /** A fit is taken if one as bad has this probability, or more. */
  private static final double GOOD = 0.1;

  /** A tail that fits worse than this is none. */
  private static final double POOR = 1e-3;

  /** A tail that is seen up to a gap is better than one that hides part of it, if it fits so. */
  private static final double FAIR = 0.01;

  /** A tail has no fewer rows. */
  private static final int FEWEST = 30;

  /** Rows that are enough for a tail, of which small samples may take a larger share. */
  private static final int ENOUGH = 100;

  private static final double SMALL_SAMPLE_SHARE = 0.2;
  private static final double FEWEST_SHARE = 0.05;
  private static final double NARROWER = 0.7;

  /** Widest start of a tail that nothing hides. */
  private static final double WIDEST = 0.15;

  /** Widest start of a tail that a cut ends. */
  private static final double WIDEST_CUT = 0.03;

  /** Share of a tail's rows, the rarest, whose shape must be that of all of them. */
  private static final double RAREST = 0.15;

  /** Standard errors by which the two shapes may differ. */
  private static final double STEADY = 0.8;

  /** Start of a tail that is hidden soon after it. */
  private static final double WIDEST_HIDDEN = 0.15;

  /** How much rarer than its start the cut is at least, if there are rows enough. */
  private static final double REACH = 20;

  /** Rows beyond the cut, of those before it in the tail, up to which the tail counts as seen. */
  private static final double SEEN = 0.07;

  /** Shares of the rows by which the cut goes down until a tail fits. */
  private static final double[] LOWER = {0, 0.002, 0.004, 0.007, 0.01, 0.015, 0.02, 0.03, 0.045};

  /** Densities on all of the space have tails that do not end by themselves. */
  private static final Prior OF_ALL = new Prior(0.05, 0.5);

  private static final Prior FLAT = new Prior(0.5, 0.5);

  /**
   * Of a tail that a cut ends: a short piece of it may look as if it ended there by itself, which
   * densities on all of the space do not.
   */
  private static final Prior OF_CUT = new Prior(0.05, 0.25);

  /** Of a tail that is cut where it is not rare yet, so that there is less to tell its shape by. */
  private static final Prior OF_HIDDEN = new Prior(0.05, 0.3);

  /**
   * Searches.
   *
   * @param v values on the exponential scale, ascending
   * @param rows how many
   * @param clean rows before the first sign of anomalies
   * @return the tail; null where there are too few rows or none fits
   */
  static TailSearch of(double[] v, int rows, int clean) {
    if (clean == rows) {
      TailSearch whole = whole(v, rows, OF_ALL);
      return whole == null ? whole(v, rows, FLAT) : whole;
    }
    TailSearch best = null;
    for (double lower : LOWER) {
      int kept = clean - (int) (lower * rows);
      best = seen(v, rows, kept, best);
      if (best != null && best.kept == kept && best.fit.quality() > FAIR) {
        return best;
      }
      best = better(best, hidden(v, rows, kept));
      if (good(best)) {
        return best;
      }
    }
    return best;
  }

  /**
   * The widest tail that fits and whose shape is steady: where the shape of its rarest rows alone
   * is another (a test of Hausman's kind), the tail grows heavier, or lighter, further out, and a
   * narrower one says more of what lies there. By how much the shape may have changed unnoticed
   * adds to its error, as if all of that were as likely. A tail of too few rows to tell is taken as
   * it is.
   */
  private static TailSearch whole(double[] v, int rows, Prior prior) {
    double fewest = fewest(rows);
    double widest = widest(WIDEST, rows);
    TailSearch best = null;
    for (double wanted = widest; wanted >= fewest; wanted *= NARROWER) {
      TailSearch next = at(v, rows, rows, (int) Math.round(wanted), prior);
      if (next == null) {
        break;
      }
      if (!good(next)) {
        best = better(best, next);
        continue;
      }
      best = next;
      int rarest = (int) Math.round(RAREST * wanted);
      TailSearch part = rarest < ENOUGH ? null : at(v, rows, rows, rarest, FLAT);
      if (part == null) {
        break;
      }
      double unnoticed = STEADY * difference(part.fit.shapeError(), next.fit.shapeError());
      if (Math.abs(part.fit.tail().shape() - next.fit.tail().shape()) < unnoticed) {
        best = new TailSearch(rows, next.exceedances, next.fit.lessSure(unnoticed / Math.sqrt(3)));
        break;
      }
    }
    return best == null || best.fit.quality() < POOR ? null : best;
  }

  private static double widest(double share, int rows) {
    return Math.max(share * rows, Math.min(ENOUGH, SMALL_SAMPLE_SHARE * rows));
  }

  private static double fewest(int rows) {
    return Math.max(FEWEST, Math.min(ENOUGH, FEWEST_SHARE * rows));
  }

  /** Standard error of the difference of an estimate from a part of the rows to that from all. */
  private static double difference(double ofPart, double ofAll) {
    return Math.sqrt(Math.max(0, ofPart * ofPart - ofAll * ofAll));
  }

  /**
   * The same tail from fewer rows on: rates that rows know better are theirs.
   *
   * @param rows rows that it starts before, at least one
   * @param v values on the exponential scale, by their index
   * @return this, where it has no more rows, or a cut ends it
   */
  TailSearch from(int rows, IntToDoubleFunction v) {
    if (rows < ENOUGH || rows >= exceedances || fit.beyond() > 0) {
      return this;
    }
    double further = v.applyAsDouble(kept - rows - 1) - v.applyAsDouble(kept - exceedances - 1);
    return new TailSearch(kept, rows, fit.from(further));
  }

  private static boolean good(TailSearch search) {
    return search != null && search.fit.quality() > GOOD;
  }

  private static TailSearch better(TailSearch a, TailSearch b) {
    return a == null || (b != null && b.fit.quality() > a.fit.quality()) ? b : a;
  }

  /** The widest tail up to a cut that fits and that is all but seen; else the one before. */
  private static TailSearch seen(double[] v, int rows, int kept, TailSearch before) {
    double widest = widest(WIDEST_CUT, kept);
    double fewest = fewest(kept);
    TailSearch best = before;
    for (double wanted = widest; wanted >= fewest; wanted *= NARROWER) {
      TailSearch next = at(v, rows, kept, (int) Math.round(wanted), OF_CUT);
      if (next == null || next.fit.beyond() > SEEN * next.exceedances) {
        break;
      }
      best = better(best, next);
      if (good(best)) {
        break;
      }
    }
    return best;
  }

  /** A tail of which the cut hides much: it starts as early as it must for its shape to show. */
  private static TailSearch hidden(double[] v, int rows, int kept) {
    double beyond = 0;
    TailSearch found = null;
    for (int i = 0; i < 3; i++) {
      double hiddenShare = beyond / (kept + beyond);
      double share = i == 0 ? WIDEST_HIDDEN : REACH * hiddenShare;
      share = Math.min(WIDEST_HIDDEN, Math.max(WIDEST_CUT, share));
      int exceedances = (int) (share * (kept + beyond) - beyond);
      if (exceedances < FEWEST) {
        return found;
      }
      TailSearch next = at(v, rows, kept, exceedances, OF_HIDDEN);
      if (next == null) {
        return found;
      }
      found = next;
      beyond = found.fit.beyond();
    }
    return found;
  }

  /** The tail of given rows; null where they do not differ. */
  private static TailSearch at(double[] v, int rows, int kept, int exceedances, Prior prior) {
    double cut = kept < rows ? v[kept] : Double.POSITIVE_INFINITY;
    if (exceedances >= kept || !(v[kept - 1] > v[kept - exceedances - 1])) {
      return null;
    }
    Exceedances groups = Exceedances.of(v, kept - exceedances, kept, cut);
    return new TailSearch(kept, exceedances, TailFit.of(groups, prior));
  }
}
